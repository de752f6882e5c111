package dev.countersign.transaction;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import tools.jackson.databind.JsonNode;

/**
 * Refuses text that a person could read as something else than it is: characters that reorder, hide or do not show.
 * What you see is what you sign only when everything can be seen.
 */
final class SafeText {
    /** JCS writes numbers as ECMAScript doubles: whole numbers beyond 2^53 - 1 would change. */
    static final long MAX_INTEGER = (1L << 53) - 1;

    private SafeText() {}

    /** Throws Problem 400 for the first string in {@code node} that is unsafe, or number that is not whole and exact. */
    static void require(JsonNode node, String pointer) {
        if (node.isString()) {
            require(node.stringValue(), pointer);
        } else if (node.isNumber()) {
            if (!node.isIntegralNumber() || !node.canConvertToLong() || Math.abs(node.longValue()) > MAX_INTEGER) {
                throw Problem.invalid(pointer, "Numbers are whole and at most 2^53 - 1; write money as a string");
            }
        } else if (node.isObject()) {
            for (var member : node.properties()) {
                require(member.getKey(), pointer);
                require(member.getValue(), pointer + "/" + Json.escape(member.getKey()));
            }
        } else if (node.isArray()) {
            for (var i = 0; i < node.size(); i++) {
                require(node.get(i), pointer + "/" + i);
            }
        }
    }

    static void require(String text, String pointer) {
        var hidden = text.codePoints().filter(SafeText::isHidden).findFirst();
        if (hidden.isPresent()) {
            throw Problem.invalid(
                    pointer, String.format("The text holds the invisible character U+%04X", hidden.getAsInt()));
        }
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.FORMAT,
                    Character.CONTROL,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> isDefaultIgnorable(c);
        };
    }

    /** Default_Ignorable_Code_Point (Unicode UAX #44) outside category Cf. */
    private static boolean isDefaultIgnorable(int c) {
        return c == 0x034F
                || c == 0x115F
                || c == 0x1160
                || c == 0x17B4
                || c == 0x17B5
                || (c >= 0x180B && c <= 0x180F)
                || c == 0x2065
                || c == 0x3164
                || (c >= 0xFE00 && c <= 0xFE0F)
                || c == 0xFFA0
                || (c >= 0xFFF0 && c <= 0xFFF8)
                || (c >= 0xE0000 && c <= 0xE0FFF);
    }
}
