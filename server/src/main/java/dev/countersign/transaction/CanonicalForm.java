package dev.countersign.transaction;

import dev.countersign.http.Json;
import dev.countersign.key.Sha256;
import dev.countersign.session.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.databind.JsonNode;

/** The bytes that are hashed, shown and signed: JCS (RFC 8785). */
final class CanonicalForm {
    private CanonicalForm() {}

    static byte[] of(
            String audience,
            String id,
            String type,
            Principal requester,
            String action,
            String resourceType,
            String resourceId,
            JsonNode details) {
        var body = Json.MAPPER.createObjectNode();
        body.put("action", action);
        body.put("audience", audience);
        body.set("details", details);
        body.put("id", id);
        body.putObject("requester").put("id", requester.id()).put("type", requester.type());
        body.putObject("resource").put("id", resourceId).put("type", resourceType);
        body.put("type", type);
        return of(body);
    }

    /** JCS of any JSON. */
    static byte[] of(JsonNode json) {
        try {
            return new JsonCanonicalizer(Json.MAPPER.writeValueAsBytes(json)).getEncodedUTF8();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TransactionHash hash(byte[] canonical) {
        return new TransactionHash(Sha256.hex(canonical));
    }
}
