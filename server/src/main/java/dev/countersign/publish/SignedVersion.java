package dev.countersign.publish;

import dev.countersign.http.Json;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.publish.InvalidBundle.Reason;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What a publisher signs: these policies, in place of those, for this reason. A compact JWS (RFC 7515) of {@code typ}
 * {@value #TYP}; {@code hash} is over every name and byte of the set's files, so that signing it signs them.
 *
 * @param hash of the set
 * @param previous hash of the set that it is to replace: an old signature replaces nothing else
 * @param comment for those who approve, or empty
 * @param publisher the key's {@code kid}
 * @param jws the signature as given
 */
public record SignedVersion(String hash, String previous, String comment, String publisher, String jws) {
    /** The {@code typ} of its header. */
    public static final String TYP = "policy-version+jwt";

    /** Longest signature, characters. */
    public static final int MAX_JWS = 8 * 1024;

    /** Longest comment, characters. */
    public static final int MAX_COMMENT = 500;

    /** Longest key id, characters. */
    static final int MAX_KEY_ID = 128;

    static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");

    /** Signs. {@code key} makes the signature over its argument with the algorithm {@code alg} (RFC 7518, RFC 8037). */
    public static String sign(
            String hash,
            String previous,
            String comment,
            Instant now,
            String alg,
            String keyId,
            UnaryOperator<byte[]> key) {
        var payload = Json.MAPPER
                .createObjectNode()
                .put("hash", hash)
                .put("previous", previous)
                .put("comment", comment)
                .put("iat", now.getEpochSecond());
        return CompactJws.sign(alg, keyId, TYP, payload, key);
    }

    /** Reads {@code jws} without verifying it. Throws {@link InvalidBundle}. */
    static SignedVersion read(String jws, CompactJws parsed) {
        try {
            if (!parsed.headerText("typ").equals(TYP)) {
                throw new InvalidBundle(Reason.UNTRUSTED, "The signature is of another type than " + TYP);
            }
            var version = new SignedVersion(
                    parsed.claim("hash"),
                    parsed.claim("previous"),
                    parsed.claim("comment"),
                    parsed.headerText("kid"),
                    jws);
            var fits = HASH.matcher(version.hash).matches()
                    && HASH.matcher(version.previous).matches()
                    && version.comment.length() <= MAX_COMMENT
                    && !version.publisher.isEmpty()
                    && version.publisher.length() <= MAX_KEY_ID;
            if (!fits) {
                throw new InvalidBundle(
                        Reason.UNTRUSTED, "The signature's hashes, comment or key id are not as they should be");
            }
            return version;
        } catch (InvalidJws e) {
            throw new InvalidBundle(Reason.UNTRUSTED, "The signature cannot be read: " + e.text());
        }
    }
}
