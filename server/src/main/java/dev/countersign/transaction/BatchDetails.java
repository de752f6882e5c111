package dev.countersign.transaction;

import tools.jackson.databind.JsonNode;

/** Details as they were asked for, for programs that read signed bytes. */
public final class BatchDetails {
    private BatchDetails() {}

    /**
     * {@code details} with the lines of a batch in the place of their root. Throws {@link IllegalStateException} when these are
     * not the lines that were signed.
     *
     * @param lines as they are kept, or empty when there are none
     */
    public static JsonNode of(JsonNode details, byte[] lines) {
        return lines.length == 0 ? details : BatchLines.read(lines).whole(details);
    }
}
