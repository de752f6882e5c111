package dev.countersign.cli.offline;

import dev.countersign.cli.remote.PrivateFile;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.http.Json;
import dev.countersign.offline.RequestFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which file of requests the device signed last, beside its key: a file that somebody kept back, or brings again, does not go
 * unseen. Numbers are kept for each id under which a server knows the key.
 */
final class SignedFiles {
    /** Largest file, bytes. */
    static final int MAX_BYTES = 16 * 1024;

    private final Path file;
    private final ObjectNode keys;

    private SignedFiles(Path file, ObjectNode keys) {
        this.file = file;
        this.keys = keys;
    }

    /** Of the key in this file. */
    static SignedFiles of(Path keyFile) {
        var file = keyFile.resolveSibling(keyFile.getFileName() + ".signed");
        if (!Files.exists(file)) {
            return new SignedFiles(file, Json.MAPPER.createObjectNode());
        }
        try {
            if (Files.size(file) <= MAX_BYTES
                    && Json.MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode keys) {
                return new SignedFiles(file, keys);
            }
        } catch (IOException | JacksonException e) {
            // Told below.
        }
        throw new ServerRefusal(file + ": cannot be read; it says which file of requests was signed last");
    }

    /**
     * Throws {@link ServerRefusal} unless this file follows the last one.
     *
     * @param skipTo the number of the file that the person lets follow although others before it are missing; 0: none
     */
    void requireNext(RequestFile next, long skipTo) {
        var last = keys.path(next.head().key());
        var expected = last.path("sequence").asLong(0) + 1;
        var sequence = next.head().sequence();
        if (sequence < expected) {
            throw new ServerRefusal(
                    "This is file " + sequence + ", which was signed or left out before; expected file " + expected);
        }
        if (skipTo == sequence) {
            return;
        }
        if (sequence > expected) {
            throw new ServerRefusal("This is file " + sequence + ", expected file " + expected
                    + ": others are missing. If you know why, say --skip-to " + sequence);
        }
        if (!next.head().previous().equals(last.path("file").asString(""))) {
            throw new ServerRefusal(
                    "This is file " + sequence + ", but it does not follow the file that was signed last."
                            + " If you know why, say --skip-to " + sequence);
        }
    }

    /** Remembers it as the last one. */
    void signed(RequestFile done) {
        keys.putObject(done.head().key())
                .put("sequence", done.head().sequence())
                .put("file", done.sha256());
        PrivateFile.replace(file, keys.toString());
    }
}
