package dev.countersign.client;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import tools.jackson.databind.JsonNode;

/**
 * Verifies receipts: compact JWS, EdDSA with Ed25519 (RFC 8037), {@code typ: receipt+jwt}, against the keys that
 * Countersign publishes.
 */
public final class Receipts {
    /** Clocks may differ by this much. */
    public static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

    private final URI issuer;
    private final SignedTokens tokens;
    private final InstantSource clock;

    Receipts(URI issuer, SignedTokens tokens, InstantSource clock) {
        this.issuer = issuer;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * What a valid receipt says.
     *
     * @param subject the principal that was permitted, as policies write it: {@code User::"alice"}
     * @param evidenceIndex where the permit stands in the evidence log, or -1 when the receipt does not say
     */
    public record Verified(
            String id,
            String subject,
            String transactionId,
            String transactionHash,
            long evidenceIndex,
            Instant expiresAt) {}

    /** The receipt does not prove what it should. */
    public static final class InvalidReceipt extends Exception {
        private InvalidReceipt(String message) {
            super(message);
        }
    }

    /**
     * The receipt's statement, when all of it holds.
     *
     * @param audience name of the enforcement point that may use it
     * @param transactionHash the hash that the transaction at hand must have, in the form that the receipt carries
     * @throws InvalidReceipt when it does not hold
     * @throws CountersignException when the keys cannot be had
     */
    public Verified verify(String receipt, String audience, String transactionId, String transactionHash)
            throws InvalidReceipt {
        var claims = signedClaims(receipt);
        must(issuer.toString().equals(text(claims, "iss")), "It has another issuer");
        must(isAudience(claims.path("aud"), audience), "It is for another enforcement point");
        must(transactionId.equals(text(claims, "txn")), "It is for another transaction");
        must(transactionHash.equals(text(claims, "transaction_hash")), "The transaction has another hash");
        must(claims.path("exp").isIntegralNumber(), "It does not expire");
        var expiresAt = Instant.ofEpochSecond(claims.path("exp").longValue());
        must(clock.instant().isBefore(expiresAt.plus(CLOCK_SKEW)), "It has expired");
        must(
                claims.path("iat").isIntegralNumber()
                        && !clock.instant()
                                .isBefore(
                                        Instant.ofEpochSecond(claims.path("iat").longValue())
                                                .minus(CLOCK_SKEW)),
                "It was issued in the future");
        return new Verified(
                text(claims, "jti"),
                text(claims, "sub"),
                transactionId,
                transactionHash,
                claims.path("evidence_index").asLong(-1),
                expiresAt);
    }

    private JsonNode signedClaims(String receipt) throws InvalidReceipt {
        try {
            return tokens.claims(receipt, "receipt+jwt");
        } catch (SignedTokens.Invalid e) {
            throw new InvalidReceipt(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isAudience(JsonNode aud, String audience) {
        if (aud.isArray()) {
            for (var each : aud) {
                if (each.isString() && each.stringValue().equals(audience)) {
                    return true;
                }
            }
            return false;
        }
        return aud.isString() && aud.stringValue().equals(audience);
    }

    private static String text(JsonNode node, String name) {
        var value = node.path(name);
        return value.isString() ? value.stringValue() : "";
    }

    private static void must(boolean holds, String otherwise) throws InvalidReceipt {
        if (!holds) {
            throw new InvalidReceipt(otherwise);
        }
    }
}
