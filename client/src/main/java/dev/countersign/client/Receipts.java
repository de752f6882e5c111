package dev.countersign.client;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Verifies receipts: compact JWS, EdDSA with Ed25519 (RFC 8037), {@code typ: receipt+jwt}, against the keys at
 * {@code /.well-known/jwks.json}. Signatures are verified by the JDK; nothing but the JOSE framing is Nimbus's.
 */
public final class Receipts {
    /** Clocks may differ by this much. */
    public static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

    /** An unknown key id fetches the keys again, at most this often. */
    static final Duration REFETCH_AFTER = Duration.ofSeconds(10);

    /** RFC 8410: SubjectPublicKeyInfo of Ed25519 up to the 32 raw bytes. */
    private static final String ED25519_PREFIX = "302a300506032b6570032100";

    private final URI issuer;
    private final Wire wire;
    private final JsonMapper json;
    private final InstantSource clock;
    private Map<String, PublicKey> keys = Map.of(); // guarded by this
    private Instant fetchedAt = Instant.MIN; // guarded by this

    Receipts(URI issuer, Wire wire, JsonMapper json, InstantSource clock) {
        this.issuer = issuer;
        this.wire = wire;
        this.json = json;
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
            var jws = JWSObject.parse(receipt);
            var header = jws.getHeader();
            var type = header.getType();
            must("EdDSA".equals(header.getAlgorithm().getName()), "It is not signed with EdDSA");
            must(type != null && "receipt+jwt".equals(type.getType()), "It is no receipt");
            must(header.getCriticalParams() == null, "It has a critical header that is not known");
            must(header.getKeyID() != null, "It names no key");
            var key = key(header.getKeyID());
            must(key != null, "Its key is not known");
            var verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(jws.getSigningInput());
            must(verifier.verify(jws.getSignature().decode()), "Its signature does not hold");
            return json.readTree(jws.getPayload().toBytes());
        } catch (ParseException | JacksonException | GeneralSecurityException e) {
            throw new InvalidReceipt("It cannot be read or verified");
        }
    }

    private synchronized @Nullable PublicKey key(String id) {
        if (!keys.containsKey(id) && !clock.instant().minus(REFETCH_AFTER).isBefore(fetchedAt)) {
            keys = fetched();
            fetchedAt = clock.instant();
        }
        return keys.get(id);
    }

    private Map<String, PublicKey> fetched() {
        try {
            var answer = wire.send(
                    Wire.to(URI.create(issuer + "/.well-known/jwks.json")).build());
            if (answer.status() != 200) {
                throw new CountersignException(answer.status(), "The keys answered " + answer.status());
            }
            var found = new HashMap<String, PublicKey>();
            for (var jwk : json.readTree(answer.body()).path("keys")) {
                if (text(jwk, "kty").equals("OKP") && text(jwk, "crv").equals("Ed25519")) {
                    found.put(text(jwk, "kid"), ed25519(text(jwk, "x")));
                }
            }
            return Map.copyOf(found);
        } catch (IOException | JacksonException | GeneralSecurityException e) {
            throw new CountersignException(CountersignException.NO_ANSWER, "The keys cannot be had", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CountersignException(CountersignException.NO_ANSWER, "Interrupted while waiting", e);
        }
    }

    private static PublicKey ed25519(String x) throws GeneralSecurityException {
        var encoded = HexFormat.of().parseHex(ED25519_PREFIX + HexFormat.of().formatHex(new Base64URL(x).decode()));
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
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
