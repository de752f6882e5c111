package dev.countersign.evidence;

import dev.countersign.http.Json;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The log in a folder, laid out as C2SP tlog-tiles serves it, with all checkpoints and the public keys beside it. */
final class BundleLog implements LogSource {
    static final String CHECKPOINT = "checkpoint";
    static final String CHECKPOINTS = "checkpoints.jsonl";
    static final String VERIFIER_KEY = "verifier.key";
    static final String PUBLIC_KEYS = "jwks.json";

    private final Path folder;
    private final String note;
    private final long size;

    BundleLog(Path folder) {
        this.folder = folder;
        this.note = text(folder.resolve(CHECKPOINT));
        var lines = note.split("\n", 3);
        if (lines.length < 3 || !lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new IllegalStateException("The bundle's checkpoint is malformed");
        }
        this.size = Long.parseLong(lines[1]);
    }

    @Override
    public void entries(RowReader reader) {
        for (var bundle = 0L; bundle * Tiles.WIDTH < size; bundle++) {
            var file = TilePath.of(folder, "entries", bundle, TilePath.width(0, bundle, size));
            if (!Files.isRegularFile(file)) {
                continue; // its entries are missing, which the verification sees
            }
            var index = bundle * Tiles.WIDTH;
            var in = new DataInputStream(new ByteArrayInputStream(bytes(file)));
            try {
                while (in.available() > 0) {
                    var entry = new byte[in.readUnsignedShort()];
                    in.readFully(entry);
                    reader.row(index++, null, null, entry);
                }
            } catch (IOException e) {
                return; // cut short: what follows is missing
            }
        }
    }

    @Override
    public List<StoredCheckpoint> checkpoints() {
        var checkpoints = new ArrayList<StoredCheckpoint>();
        text(folder.resolve(CHECKPOINTS))
                .lines()
                .map(line -> new StoredCheckpoint(-1, null, Json.MAPPER.readValue(line, String.class)))
                .forEach(checkpoints::add);
        checkpoints.add(new StoredCheckpoint(-1, null, note));
        return checkpoints;
    }

    @Override
    public byte @Nullable [] tile(int level, long index) {
        var file = TilePath.of(folder, Integer.toString(level), index, TilePath.width(level, index, size));
        return Files.isRegularFile(file) ? bytes(file) : null;
    }

    @Override
    public OptionalLong nextIndex() {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong tileCount() {
        return OptionalLong.empty();
    }

    @Override
    public @Nullable String verifierKey() {
        var file = folder.resolve(VERIFIER_KEY);
        return Files.isRegularFile(file) ? text(file).strip() : null;
    }

    @Override
    public String publicKeys() {
        return text(folder.resolve(PUBLIC_KEYS));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException("The bundle's file " + file.getFileName() + " cannot be read", e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalStateException("The bundle's file " + file.getFileName() + " cannot be read", e);
        }
    }

    @Override
    public void close() {
        // files are closed after each read
    }
}
