package dev.countersign.offline;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.Ed25519Key;
import dev.countersign.key.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Several requests for one key on a device without network, as text: a signed line (compact JWS, EdDSA) with {@link Head} and the
 * SHA-256 of every line that follows, then one line of JSON for each request.
 *
 * @param sha256 of the signed line, hex: by this the next file names this one
 */
public record RequestFile(Head head, List<JsonNode> requests, String sha256) {
    /** Most requests of a file. */
    public static final int MAX_REQUESTS = 100;

    /** Largest file, bytes. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    /** Longest signed line, characters. */
    static final int MAX_HEAD = 32 * 1024;

    private static final String TYPE = "countersign-offline-requests+jwt";

    /**
     * What the server says of a file.
     *
     * @param key id of the key that is asked, {@code publicKey} base64url
     * @param sequence 1 for the first file of the key, then one more each time
     * @param previous SHA-256 of the file before, empty for the first
     */
    public record Head(
            String issuer,
            String person,
            String key,
            String publicKey,
            long sequence,
            String previous,
            Instant issuedAt,
            Instant expiresAt) {}

    /** The text of a new file. Throws {@link IllegalArgumentException} when it would be too large. */
    public static Written write(Head head, List<? extends JsonNode> requests, Ed25519Key signer) {
        if (requests.isEmpty() || requests.size() > MAX_REQUESTS) {
            throw new IllegalArgumentException("A file holds 1 to " + MAX_REQUESTS + " requests");
        }
        var payload = Json.MAPPER
                .createObjectNode()
                .put("iss", head.issuer())
                .put("sub", head.person())
                .put("key", head.key())
                .put("public_key", head.publicKey())
                .put("sequence", head.sequence())
                .put("previous", head.previous())
                .put("iat", head.issuedAt().getEpochSecond())
                .put("exp", head.expiresAt().getEpochSecond());
        var hashes = payload.putArray("requests");
        var lines = new StringBuilder();
        for (var request : requests) {
            var line = Json.MAPPER.writeValueAsString(request);
            hashes.add(Sha256.hex(line));
            lines.append(line).append('\n');
        }
        var signed = CompactJws.sign(SigningAlgorithm.EDDSA.id(), signer.id(), TYPE, payload, signer::sign);
        var text = signed + "\n" + lines;
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException("A file has at most " + MAX_BYTES + " bytes");
        }
        return new Written(text, head.sequence(), Sha256.hex(signed));
    }

    /**
     * A file that one of {@code serverKeys} (32 bytes each) signed, every line of it. Throws {@link IllegalArgumentException} saying
     * what is wrong. Says nothing of its order and expiry.
     */
    public static RequestFile read(byte[] bytes, List<byte[]> serverKeys) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("The file is larger than " + MAX_BYTES + " bytes");
        }
        var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("The file is empty");
        }
        try {
            var signed = CompactJws.parse(lines.getFirst(), MAX_HEAD);
            if (!signed.headerText("typ").equals(TYPE)
                    || !signed.headerText("alg").equals(SigningAlgorithm.EDDSA.id())
                    || serverKeys.stream()
                            .noneMatch(key -> OfflineKeys.isSigned(key, signed.signingInput(), signed.signature()))) {
                throw new IllegalArgumentException("The file is not signed by the server that this device knows");
            }
            var requests = requests(signed.payload().path("requests"), lines.subList(1, lines.size()));
            return new RequestFile(head(signed), requests, Sha256.hex(lines.getFirst()));
        } catch (InvalidJws e) {
            throw new IllegalArgumentException("The file is no file of requests: " + e.getMessage(), e);
        } catch (Problem e) {
            throw new IllegalArgumentException("A request of the file cannot be read: " + e.detail(), e);
        }
    }

    private static List<JsonNode> requests(JsonNode hashes, List<String> lines) {
        if (!hashes.isArray() || hashes.isEmpty() || hashes.size() > MAX_REQUESTS || hashes.size() != lines.size()) {
            throw new IllegalArgumentException("The file has not the requests that the server signed");
        }
        var requests = new ArrayList<JsonNode>();
        for (var i = 0; i < lines.size(); i++) {
            if (!Sha256.hex(lines.get(i)).equals(hashes.get(i).asString(""))) {
                throw new IllegalArgumentException("Request " + (i + 1) + " is not the one that the server signed");
            }
            requests.add(Json.read(lines.get(i).getBytes(StandardCharsets.UTF_8)));
        }
        return requests;
    }

    private static Head head(CompactJws signed) {
        return new Head(
                signed.claim("iss"),
                signed.claim("sub"),
                signed.claim("key"),
                signed.claim("public_key"),
                sequence(signed.payload()),
                signed.claim("previous"),
                Instant.ofEpochSecond(signed.seconds("iat")),
                Instant.ofEpochSecond(signed.seconds("exp")));
    }

    static long sequence(JsonNode payload) {
        var sequence = payload.path("sequence");
        if (!sequence.isIntegralNumber() || !sequence.canConvertToLong() || sequence.longValue() < 1) {
            throw new IllegalArgumentException("The file has no number");
        }
        return sequence.longValue();
    }

    /** A file as it goes out. */
    public record Written(String text, long sequence, String sha256) {}
}
