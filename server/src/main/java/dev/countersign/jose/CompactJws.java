package dev.countersign.jose;

import static java.util.Objects.requireNonNull;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * A signed token in compact form (RFC 7515 §7.1), split and decoded but not verified.
 *
 * @param header the protected header, an object without duplicate members
 * @param payload the claims, an object without duplicate members
 * @param signingInput the bytes that are signed
 */
public record CompactJws(JsonNode header, JsonNode payload, byte[] signingInput, byte[] signature) {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    public CompactJws {
        requireNonNull(header);
        requireNonNull(payload);
    }

    /** Splits and decodes {@code token}. Throws {@link InvalidJws}; extensions ({@code crit}) are refused: none is known. */
    public static CompactJws parse(String token, int maxLength) {
        var segments = Segments.of(token, maxLength);
        var header = object(segments.header());
        refuseExtensions(header);
        return new CompactJws(header, object(segments.payload()), segments.signingInput(), segments.signatureBytes());
    }

    /** What is signed of a token with this header and payload (RFC 7515 §5.1). */
    public static String signingInput(JsonNode header, JsonNode payload) {
        return encode(Json.MAPPER.writeValueAsBytes(header)) + '.' + encode(Json.MAPPER.writeValueAsBytes(payload));
    }

    /**
     * Signed with {@code key}, in the compact serialization (RFC 7515 §3.1).
     *
     * @param key makes the signature of a signing input
     */
    public static String sign(String alg, String kid, String typ, JsonNode payload, UnaryOperator<byte[]> key) {
        var header =
                Json.MAPPER.createObjectNode().put("alg", alg).put("kid", kid).put("typ", typ);
        var input = signingInput(header, payload);
        return input + '.' + encode(key.apply(input.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Base64url without padding. */
    public static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * RFC 7515 §4.1.11: a critical extension that is not understood makes the token invalid; RFC 7797's {@code b64} too, and
     * what only encrypted tokens have (RFC 7516 §4.1), for whoever wrote it meant another token.
     */
    static void refuseExtensions(JsonNode header) {
        if (header.has("crit") || header.has("b64") || header.has("zip") || header.has("enc")) {
            throw new InvalidJws("The header asks for an extension that is not known");
        }
    }

    /** The JSON object that a segment encodes. */
    static JsonNode object(String segment) {
        try {
            var node = Json.read(decode(segment));
            if (!node.isObject()) {
                throw new InvalidJws("A segment is not a JSON object");
            }
            return node;
        } catch (Problem e) {
            throw new InvalidJws("A segment is not strict JSON");
        }
    }

    /** RFC 7515 §2: no padding, and no other text has the same bytes, so that a token cannot be varied (RFC 4648 §3.5). */
    static byte[] decode(String segment) {
        if (segment.indexOf('=') >= 0 || hasUnusedBits(segment)) {
            throw new InvalidJws("Not base64url");
        }
        try {
            return Base64.getUrlDecoder().decode(segment);
        } catch (IllegalArgumentException e) {
            throw new InvalidJws("Not base64url");
        }
    }

    /** True when bits of the last letter that stand for nothing are set. */
    private static boolean hasUnusedBits(String segment) {
        var unused = segment.length() % 4 == 2 ? 0b1111 : segment.length() % 4 == 3 ? 0b11 : 0;
        return unused != 0 && (ALPHABET.indexOf(segment.charAt(segment.length() - 1)) & unused) != 0;
    }

    /** A required string of the header. */
    public String headerText(String name) {
        return text(header, name);
    }

    /** A required string claim. */
    public String claim(String name) {
        return text(payload, name);
    }

    /** A required NumericDate claim, whole seconds. */
    public long seconds(String name) {
        return seconds(payload, name);
    }

    /** A required string of {@code object}. */
    public static String text(JsonNode object, String name) {
        var value = object.get(name);
        if (value == null || !value.isString()) {
            throw new InvalidJws("'" + name + "' is missing or not a string");
        }
        return value.stringValue();
    }

    /** A required NumericDate (RFC 7519 §2) of {@code object}; fractions are cut off. */
    public static long seconds(JsonNode object, String name) {
        var value = object.get(name);
        if (value == null || !value.isNumber()) {
            throw new InvalidJws("'" + name + "' is missing or not a number");
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return inRange(name, value.longValue());
        }
        var exact = value.decimalValue(); // 1e999999999 is a number in JSON, and none that a double or long can be
        if (exact.signum() < 0 || exact.compareTo(LATEST) > 0) {
            throw outOfRange(name);
        }
        return exact.longValue();
    }

    private static long inRange(String name, long seconds) {
        if (seconds < 0 || seconds > MAX_SECONDS) {
            throw outOfRange(name);
        }
        return seconds;
    }

    private static InvalidJws outOfRange(String name) {
        return new InvalidJws("'" + name + "' is out of range");
    }

    /** 9999-12-31T23:59:59Z. */
    private static final long MAX_SECONDS = 253_402_300_799L;

    private static final BigDecimal LATEST = BigDecimal.valueOf(MAX_SECONDS);

    @Override
    public String toString() {
        return "CompactJws";
    }

    /** The three segments, still encoded. */
    public record Segments(String header, String payload, String signature) {
        /** Splits {@code token}, which has exactly two dots and at most {@code maxLength} characters. */
        public static Segments of(String token, int maxLength) {
            if (token.length() > maxLength) {
                throw new InvalidJws("Longer than " + maxLength + " characters");
            }
            var first = token.indexOf('.');
            var second = token.indexOf('.', first + 1);
            if (first <= 0
                    || second <= first + 1
                    || second == token.length() - 1
                    || token.indexOf('.', second + 1) >= 0) {
                throw new InvalidJws("Not a compact JWS");
            }
            return new Segments(
                    token.substring(0, first), token.substring(first + 1, second), token.substring(second + 1));
        }

        /** The header. */
        public JsonNode headerObject() {
            var object = object(header);
            refuseExtensions(object);
            return object;
        }

        /** The claims. */
        public JsonNode payloadObject() {
            return object(payload);
        }

        /** The bytes that are signed. */
        public byte[] signingInput() {
            return (header + '.' + payload).getBytes(StandardCharsets.US_ASCII);
        }

        /** The signature. */
        public byte[] signatureBytes() {
            return decode(signature);
        }

        @Override
        public String toString() {
            return "Segments";
        }
    }
}
