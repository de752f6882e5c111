package dev.countersign.display;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import tools.jackson.databind.JsonNode;

/**
 * Refuses text that a person could read as something else than it is: characters that reorder, hide or do not show, spaces
 * that push away, words of mixed scripts. What you see is what you sign only when everything can be seen.
 */
public final class SafeText {
    /** JCS writes numbers as ECMAScript doubles: whole numbers beyond 2^53 - 1 would change. */
    static final long MAX_INTEGER = (1L << 53) - 1;

    /** Spaces in a row: more push what follows out of sight. */
    static final int MAX_SPACES = 16;

    /** Marks on one letter: more cover its neighbours. */
    static final int MAX_COMBINING = 4;

    private SafeText() {}

    /** Throws Problem 400 for the first string in {@code node} that is unsafe, or number that is not whole and exact. */
    public static void require(JsonNode node, String pointer) {
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

    /** Throws Problem 400 when {@code text}, standing at {@code pointer}, is unsafe. */
    public static void require(String text, String pointer) {
        var hidden = text.codePoints().filter(SafeText::isHidden).findFirst();
        if (hidden.isPresent()) {
            throw Problem.invalid(
                    pointer, String.format("The text holds the invisible character U+%04X", hidden.getAsInt()));
        }
        var space = text.codePoints()
                .filter(c -> c != ' ' && Character.isSpaceChar(c))
                .findFirst();
        if (space.isPresent()) {
            throw Problem.invalid(pointer, String.format("Write U+%04X as a plain space", space.getAsInt()));
        }
        if (text.startsWith(" ") || text.endsWith(" ") || longestRun(text, SafeText::isSpace) > MAX_SPACES) {
            throw Problem.invalid(
                    pointer, "Spaces stand between words, at most " + MAX_SPACES + " in a row, and not at the ends");
        }
        if (longestRun(text, SafeText::isCombining) > MAX_COMBINING) {
            throw Problem.invalid(pointer, "At most " + MAX_COMBINING + " combining marks may stand on one letter");
        }
        if (!Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
            throw Problem.invalid(pointer, "The text is not in Unicode Normalization Form C (UAX #15)");
        }
        var mixed = LookAlikes.mixedWord(text);
        if (mixed.isPresent()) {
            throw Problem.invalid(
                    pointer, "The word " + mixed.get() + " mixes letters of different scripts (UTS #39 §5.2)");
        }
    }

    /** What a reader of safe text should still know, a sentence each. */
    static List<String> marks(String text) {
        var marks = new ArrayList<String>();
        if (longestRun(text, SafeText::isSpace) > 1) {
            marks.add("Several spaces in a row");
        }
        marks.addAll(LookAlikes.marks(text));
        return marks;
    }

    private static int longestRun(String text, IntPredicate kind) {
        var longest = 0;
        var run = 0;
        for (var i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            run = kind.test(text.codePointAt(i)) ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return longest;
    }

    private static boolean isSpace(int c) {
        return c == ' ';
    }

    private static boolean isCombining(int c) {
        var type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
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
            default -> isBlank(c) || isDefaultIgnorable(c);
        };
    }

    /** Symbols whose glyph is empty: spaces that Unicode does not call so. Braille blank, musical null notehead. */
    private static boolean isBlank(int c) {
        return c == 0x2800 || c == 0x1D159;
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
