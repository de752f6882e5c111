package dev.countersign.cli.offline;

import dev.countersign.cli.remote.PrivateFile;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the signer keeps, in a file that only its owner may read.
 *
 * @param serverKey of the server at which the key was enrolled, 32 bytes: what signs files of requests; null before
 * @param passphrase under which it is kept, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DeviceFile(
        DeviceKey key,
        byte @Nullable [] serverKey,
        @Nullable String passphrase) {
    /** Largest file, bytes. */
    static final int MAX_BYTES = 16 * 1024;

    private static final String SERVER_KEY = "server_key";
    private static final String SEALED = "sealed_key";

    /** @param passphrase is asked for only when the file needs one */
    static DeviceFile read(Path file, Passphrase passphrase) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ServerRefusal(file + ": larger than " + MAX_BYTES + " bytes");
            }
            var written = Json.MAPPER.readTree(Files.readAllBytes(file));
            if (!written.has(SEALED)) {
                return read(written, null);
            }
            var known = passphrase.known();
            return read(Json.MAPPER.readTree(PassphraseSeal.open(written.path(SEALED), known)), known);
        } catch (IOException e) {
            throw new ServerRefusal(file + ": cannot be read");
        } catch (JacksonException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ServerRefusal(file + ": holds no key of this signer");
        }
    }

    private static DeviceFile read(JsonNode json, @Nullable String passphrase) throws GeneralSecurityException {
        var server = json.path(SERVER_KEY).asString("");
        return new DeviceFile(
                DeviceKey.read(json),
                server.isEmpty() ? null : Base64.getUrlDecoder().decode(server),
                passphrase);
    }

    /** The same, of a device that was enrolled at the server with this key. One server: its files are numbered. */
    DeviceFile enrolledAt(byte[] server) {
        if (serverKey != null && !Arrays.equals(serverKey, server)) {
            throw new ServerRefusal("This key was enrolled at another server; make a new one for this server");
        }
        return new DeviceFile(key, server, passphrase);
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
        if (serverKey != null) {
            json.put(SERVER_KEY, Base64.getUrlEncoder().withoutPadding().encodeToString(serverKey));
        }
        return passphrase == null
                ? json.toString()
                : Json.MAPPER
                        .createObjectNode()
                        .set(
                                SEALED,
                                PassphraseSeal.STANDARD.seal(
                                        Json.MAPPER.writeValueAsBytes(json), passphrase, new SecureRandom()))
                        .toString();
    }
}
