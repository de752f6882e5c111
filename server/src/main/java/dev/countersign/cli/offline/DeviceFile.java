package dev.countersign.cli.offline;

import dev.countersign.cli.remote.PrivateFile;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What the signer keeps, in a file that only its owner may read.
 *
 * @param serverKey of the server at which the key was enrolled, 32 bytes: what signs files of requests; null before
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DeviceFile(DeviceKey key, byte @Nullable [] serverKey) {
    /** Largest file, bytes. */
    static final int MAX_BYTES = 16 * 1024;

    private static final String SERVER_KEY = "server_key";

    static DeviceFile read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ServerRefusal(file + ": larger than " + MAX_BYTES + " bytes");
            }
            var json = Json.MAPPER.readTree(Files.readAllBytes(file));
            var server = json.path(SERVER_KEY).asString("");
            return new DeviceFile(
                    DeviceKey.read(json),
                    server.isEmpty() ? null : Base64.getUrlDecoder().decode(server));
        } catch (IOException e) {
            throw new ServerRefusal(file + ": cannot be read");
        } catch (JacksonException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ServerRefusal(file + ": holds no key of this signer");
        }
    }

    /** The same, of a device that was enrolled at the server with this key. One server: its files are numbered. */
    DeviceFile enrolledAt(byte[] server) {
        if (serverKey != null && !Arrays.equals(serverKey, server)) {
            throw new ServerRefusal("This key was enrolled at another server; make a new one for this server");
        }
        return new DeviceFile(key, server);
    }

    /** Writes it where no file is yet. */
    void create(Path file) {
        PrivateFile.create(file, text());
    }

    /** Writes it in the place of what was read. */
    void replace(Path file) {
        PrivateFile.replace(file, text());
    }

    private String text() {
        var json = key.json();
        return serverKey == null
                ? json.toString()
                : json.put(SERVER_KEY, Base64.getUrlEncoder().withoutPadding().encodeToString(serverKey))
                        .toString();
    }
}
