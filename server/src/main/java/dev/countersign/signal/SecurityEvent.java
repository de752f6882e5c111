package dev.countersign.signal;

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
        var stamp = event.get("event_timestamp");
        if (stamp == null || !stamp.isNumber()) {
            return issuedAt;
        }
        var seconds = stamp.doubleValue();
        if (!(seconds >= 0 && seconds <= issuedAt.getEpochSecond())) {
            return issuedAt;
        }
        return Instant.ofEpochSecond((long) seconds);
    }

    /** A string of the event, or "". */
    String text(String name) {
        var value = event.get(name);
        return value != null && value.isString() ? value.stringValue() : "";
    }
}
