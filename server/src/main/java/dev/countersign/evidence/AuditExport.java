package dev.countersign.evidence;

import dev.countersign.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes all that is signed into a folder: the newest checkpoint, tiles and entry bundles where C2SP tlog-tiles puts them,
 * every earlier checkpoint, and the public keys. The folder verifies without the database.
 */
public final class AuditExport {
    private final LogSource log;
    private final Path folder;
    private final long size;
    private ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    private long next;

    private AuditExport(LogSource log, Path folder, long size) {
        this.log = log;
        this.folder = folder;
        this.size = size;
    }

    /**
     * Returns how many entries were written. Throws {@link IllegalStateException} when the folder is not empty or the log
     * has no checkpoint or a gap.
     */
    public static long write(LogSource log, Path folder) {
        try {
            Files.createDirectories(folder);
            try (var files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new IllegalStateException("The folder is not empty");
                }
            }
            var checkpoints = log.checkpoints();
            if (checkpoints.isEmpty()) {
                throw new IllegalStateException("The log has no checkpoint yet");
            }
            var newest = checkpoints.getLast();
            var export = new AuditExport(log, folder, newest.size());
            log.entries(export::row);
            if (export.next < export.size) {
                throw new IllegalStateException("Entry " + export.next + " is missing");
            }
            export.tiles();
            var notes = new StringBuilder();
            for (var checkpoint : checkpoints) {
                notes.append(Json.MAPPER.writeValueAsString(checkpoint.note())).append('\n');
            }
            Files.writeString(folder.resolve(BundleLog.CHECKPOINTS), notes);
            Files.writeString(folder.resolve(BundleLog.PUBLIC_KEYS), log.publicKeys());
            var key = log.verifierKey();
            if (key != null) {
                Files.writeString(folder.resolve(BundleLog.VERIFIER_KEY), key + "\n");
            }
            Files.writeString(folder.resolve(BundleLog.CHECKPOINT), newest.note());
            return export.size;
        } catch (IOException e) {
            throw new UncheckedIOException("The export cannot be written", e);
        }
    }

    private void row(long index, @Nullable String kind, @Nullable String subject, byte[] bytes) {
        if (index >= size) {
            return; // not signed yet
        }
        if (index != next) {
            throw new IllegalStateException("Entry " + next + " is missing");
        }
        next++;
        try (var out = new DataOutputStream(bundle)) {
            out.writeShort(bytes.length); // at most Canonical.MAX_BYTES
            out.write(bytes);
            if (next % Tiles.WIDTH == 0 || next == size) {
                var place = (next - 1) / Tiles.WIDTH;
                put(TilePath.of(folder, "entries", place, TilePath.width(0, place, size)), bundle.toByteArray());
                bundle = new ByteArrayOutputStream();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The export cannot be written", e);
        }
    }

    private void tiles() throws IOException {
        var level = 0;
        for (var hashes = size; hashes > 0; hashes /= Tiles.WIDTH) {
            for (var index = 0L; index * Tiles.WIDTH < hashes; index++) {
                var tile = log.tile(level, index);
                if (tile == null) {
                    throw new IllegalStateException("Tile " + level + "/" + index + " is missing");
                }
                put(TilePath.of(folder, Integer.toString(level), index, TilePath.width(level, index, size)), tile);
            }
            level++;
        }
    }

    private static void put(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}
