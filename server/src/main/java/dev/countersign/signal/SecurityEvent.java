package dev.countersign.signal;

import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * A verified security event token with its one event.
 *
 * @param hash base64url SHA-256 of the signed part
 * @param type the event type's URI
 * @param event what belongs to the event
 */
record SecurityEvent(String jti, String hash, Instant issuedAt, SubjectId subject, String type, JsonNode event) {
    /** When it happened: the event's word, as far as it is no later than the token's (CAEP 1.0 §2). */
    Instant happenedAt() {
        try {
            var seconds = CompactJws.seconds(event, "event_timestamp");
            return seconds <= issuedAt.getEpochSecond() ? Instant.ofEpochSecond(seconds) : issuedAt;
        } catch (InvalidJws e) {
            return issuedAt; // it says none, or none that can be one
        }
    }

    /** A string of the event, or "". */
    String text(String name) {
        var value = event.get(name);
        return value != null && value.isString() ? value.stringValue() : "";
    }
}
