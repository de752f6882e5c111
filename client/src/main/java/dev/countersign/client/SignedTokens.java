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
 * What Countersign signs, verified with the keys at {@code /.well-known/jwks.json}. Signatures are verified by the JDK;
 * nothing but the JOSE framing is Nimbus's.
 */
final class SignedTokens {
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

    SignedTokens(URI issuer, Wire wire, JsonMapper json, InstantSource clock) {
        this.issuer = issuer;
        this.wire = wire;
        this.json = json;
        this.clock = clock;
    }

    /** The payload, when the token is of this {@code typ} and every signature holds. Says nothing of what it claims. */
    JsonNode claims(String token, String typ) throws Invalid {
        try {
            var jws = JWSObject.parse(token);
            var header = jws.getHeader();
            var type = header.getType();
            must("EdDSA".equals(header.getAlgorithm().getName()), "It is not signed with EdDSA");
            must(type != null && typ.equals(type.getType()), "It is no " + typ);
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
            throw new Invalid("It cannot be read or verified");
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

    private static String text(JsonNode node, String name) {
        var value = node.path(name);
        return value.isString() ? value.stringValue() : "";
    }

    private static void must(boolean holds, String otherwise) throws Invalid {
        if (!holds) {
            throw new Invalid(otherwise);
        }
    }

    /** It is not what it should be. */
    static final class Invalid extends Exception {
        Invalid(String message) {
            super(message);
        }
    }
}
