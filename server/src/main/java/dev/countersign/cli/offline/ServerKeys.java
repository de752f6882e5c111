package dev.countersign.cli.offline;

import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JacksonException;

/** Public keys of the server as a person gives them. */
final class ServerKeys {
    /** Bytes of an Ed25519 key. */
    private static final int KEY_BYTES = 32;

    /** Largest file, bytes. */
    private static final long MAX_BYTES = 64 * 1024;

    private ServerKeys() {}

    /** @param given base64url of one, or a file with a JWK or a JWK set, such as the server's {@code jwks.json} */
    static List<byte[]> of(String given) {
        return Files.exists(Path.of(given)) ? file(Path.of(given)) : List.of(decoded(given));
    }

    static byte[] decoded(String text) {
        try {
            var key = Base64.getUrlDecoder().decode(text);
            if (key.length == KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new ServerRefusal("The server's key is neither base64url of 32 bytes nor a file");
    }

    private static List<byte[]> file(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ServerRefusal(file + ": larger than " + MAX_BYTES + " bytes");
            }
            var json = Json.MAPPER.readTree(Files.readAllBytes(file));
            var keys = new ArrayList<byte[]>();
            for (var jwk : json.has("keys")
                    ? json.path("keys")
                    : Json.MAPPER.createArrayNode().add(json)) {
                if (jwk.path("crv").asString("").equals("Ed25519")) {
                    keys.add(decoded(jwk.path("x").asString("")));
                }
            }
            if (keys.isEmpty()) {
                throw new ServerRefusal(file + ": holds no Ed25519 key");
            }
            return keys;
        } catch (IOException e) {
            throw new ServerRefusal(file + ": cannot be read");
        } catch (JacksonException e) {
            throw new ServerRefusal(file + ": holds no keys");
        }
    }
}
