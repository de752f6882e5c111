package dev.countersign.evidence;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The members that every entry has, read from its bytes. */
record EntryHead(long index, String kind, String subject) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Null when the bytes are no entry. */
    static @Nullable EntryHead read(byte[] bytes) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            var index = -1L;
            String kind = null;
            String subject = null;
            for (var name = parser.nextName(); name != null; name = parser.nextName()) {
                var value = parser.nextToken();
                if (name.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
                    index = parser.getLongValue();
                } else if (name.equals("kind") && value == JsonToken.VALUE_STRING) {
                    kind = parser.getString();
                } else if (name.equals("subject") && value == JsonToken.VALUE_STRING) {
                    subject = parser.getString();
                } else {
                    parser.skipChildren();
                }
            }
            return kind == null || subject == null ? null : new EntryHead(index, kind, subject);
        } catch (JacksonException e) {
            return null;
        }
    }
}
