package dev.countersign.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Strict JSON: UTF-8 only, no duplicate members, nothing after the value, no control characters in strings, bounded
 * depth and sizes. Numbers keep their exact value (integers as {@code BigInteger}, others as {@code BigDecimal}).
 */
public final class Json {
    /** Largest body of any request, bytes. */
    public static final int MAX_BODY_BYTES = 1 << 20;

    /** Deepest nesting of arrays and objects. */
    public static final int MAX_DEPTH = 64;

    /** Longest member name, characters. */
    public static final int MAX_NAME_LENGTH = 256;

    /** Longest number, digits. */
    public static final int MAX_NUMBER_LENGTH = 64;

    /** Furthest power of ten of a number: beyond it a few letters cost gigabytes when written out, or are read as another number. */
    public static final int MAX_POWER = 400;

    /** The mapper for reading what others send and writing our answers. Thread-safe. */
    public static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNameLength(MAX_NAME_LENGTH)
                            .maxNumberLength(MAX_NUMBER_LENGTH)
                            .maxStringLength(MAX_BODY_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    /** Reads one JSON value. Throws {@link Problem} 400 (413 when over {@link #MAX_BODY_BYTES}) naming what is wrong. */
    public static JsonNode read(byte[] utf8) {
        if (utf8.length > MAX_BODY_BYTES) {
            throw new Problem(413, "too-large", "The body is larger than " + MAX_BODY_BYTES + " bytes");
        }
        var plain = isPlain(utf8);
        if (!plain) {
            requireUtf8(utf8);
            refuseByteOrderMark(utf8);
        }
        JsonNode value;
        try {
            value = MAPPER.readTree(utf8);
        } catch (StreamConstraintsException e) {
            throw new Problem(
                    400,
                    "invalid-json",
                    "The JSON exceeds a limit: depth " + MAX_DEPTH + ", names of " + MAX_NAME_LENGTH
                            + " characters, numbers of " + MAX_NUMBER_LENGTH + " digits");
        } catch (JacksonException e) {
            throw malformed(e);
        } catch (NumberFormatException e) { // few digits, and an exponent beyond what a BigDecimal has
            throw vast();
        }
        if (value == null || value.isMissingNode()) {
            throw new Problem(400, "invalid-json", "The body is empty");
        }
        if (!plain) {
            refuseControlCharacters(value, "");
        }
        if (mayHaveExponent(utf8)) {
            refuseVastNumbers(value);
        }
        return value;
    }

    /** A digit and an "e" stand in every number with an exponent; in a text they may. */
    private static boolean mayHaveExponent(byte[] bytes) {
        for (var i = 1; i < bytes.length; i++) {
            if ((bytes[i] | 0x20) == 'e' && bytes[i - 1] >= '0' && bytes[i - 1] <= '9') {
                return true;
            }
        }
        return false;
    }

    private static void refuseVastNumbers(JsonNode node) {
        if (node.isContainer()) {
            node.forEach(Json::refuseVastNumbers);
        } else if (node.isBigDecimal()) {
            var number = node.decimalValue();
            if (Math.abs((long) number.precision() - number.scale()) > MAX_POWER) {
                throw vast();
            }
        }
    }

    private static Problem vast() {
        return new Problem(400, "invalid-json", "A number in the JSON is beyond ten to the power of " + MAX_POWER);
    }

    /**
     * ASCII without escapes and DEL: no string of it can hold a control character, for unescaped ones are no JSON (RFC 8259
     * §7). Most bodies are, and need no second look at every string.
     */
    private static boolean isPlain(byte[] bytes) {
        for (var b : bytes) {
            if (b < 0 || b == '\\' || b == 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static Problem malformed(JacksonException e) {
        var message = e.getOriginalMessage();
        var duplicate = message != null && message.contains("uplicate");
        var location = e.getLocation();
        var at = location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        var what = duplicate ? "The JSON has a duplicate member" : "The body is not valid JSON";
        var pointer = e.processor() instanceof tools.jackson.core.JsonParser parser
                ? parser.streamReadContext().pathAsPointer().toString()
                : "";
        return new Problem(400, duplicate ? "duplicate-member" : "invalid-json", what + at).with("pointer", pointer);
    }

    /** RFC 8259 §8.1: nobody may send one. Two readings of the same bytes are one too many. */
    private static void refuseByteOrderMark(byte[] bytes) {
        if (bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
            throw new Problem(400, "invalid-json", "The JSON begins with a byte order mark");
        }
    }

    static void requireUtf8(byte[] bytes) {
        for (var b : bytes) {
            if (b < 0) {
                decodeStrictly(bytes);
                return;
            }
        }
    }

    private static void decodeStrictly(byte[] bytes) {
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new Problem(400, "invalid-encoding", "The body is not valid UTF-8");
        }
    }

    private static void refuseControlCharacters(JsonNode node, String pointer) {
        if (node.isString()) {
            if (hasControlCharacter(node.stringValue())) {
                throw Problem.invalid(pointer, "The string holds a control character");
            }
        } else if (node.isObject()) {
            for (var member : node.properties()) {
                if (hasControlCharacter(member.getKey())) {
                    throw Problem.invalid(pointer, "A member name holds a control character");
                }
                if (member.getValue().isContainer() || member.getValue().isString()) {
                    refuseControlCharacters(member.getValue(), pointer + "/" + escape(member.getKey()));
                }
            }
        } else if (node.isArray()) {
            for (var i = 0; i < node.size(); i++) {
                refuseControlCharacters(node.get(i), pointer + "/" + i);
            }
        }
    }

    /** True for C0 and C1 controls and lone surrogates, none of which any field of ours can need. */
    public static boolean hasControlCharacter(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
                return true;
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /** Escapes one reference token of a JSON Pointer (RFC 6901 §3). */
    public static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
