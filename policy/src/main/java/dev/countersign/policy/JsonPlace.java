package dev.countersign.policy;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Where something stands in a JSON text.
 *
 * @param offset characters from the start of the text without byte order mark
 */
record JsonPlace(int offset) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Where the parser stopped. */
    static JsonPlace of(JacksonException e, SourceText file) {
        var location = e.getLocation();
        return location == null ? new JsonPlace(0) : of(location);
    }

    private static JsonPlace of(TokenStreamLocation location) {
        return new JsonPlace((int) Math.max(0, location.getCharOffset()));
    }

    /** The value that the JSON Pointer names, or the innermost one around it that is there. The text is valid JSON. */
    static JsonPlace of(String pointer, SourceText file) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), file.unmarked())) {
            parser.nextToken();
            var place = of(parser.currentTokenLocation());
            var tokens =
                    pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1);
            for (var token : tokens) {
                if (!enter(parser, JsonPointers.unescape(token))) {
                    break;
                }
                place = of(parser.currentTokenLocation());
            }
            return place;
        }
    }

    /** Goes to the member or element {@code name} of the value that the parser is at. */
    private static boolean enter(JsonParser parser, String name) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (var i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                if (Integer.toString(i).equals(name)) {
                    return true;
                }
                parser.skipChildren();
            }
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var found = parser.currentName().equals(name);
                parser.nextToken();
                if (found) {
                    return true;
                }
                parser.skipChildren();
            }
        }
        return false;
    }

    PolicyFault fault(SourceText file, String reason, String hint) {
        var mark = file.text().length() - file.unmarked().length();
        return file.fault(mark + offset, reason, hint);
    }
}
