package dev.countersign.enforce;

import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.evidence.Journal;
import dev.countersign.jose.ClockSkew;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.KeySets;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.jose.UsedOnce;
import dev.countersign.key.Sha256;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Verifies {@code private_key_jwt} client assertions (RFC 7523 §3); each is good once. */
public final class ClientAssertions {
    /** The {@code client_assertion_type}. */
    public static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** Longest assertion, characters. */
    static final int MAX_ASSERTION = 8 * 1024;

    /** Furthest {@code exp} from now. */
    static final Duration MAX_LIFETIME = Duration.ofMinutes(10);

    /** Longest {@code jti}, characters. */
    static final int MAX_JTI = 256;

    private static final Set<String> TYPES = Set.of("jwt", "client-authentication+jwt");

    private final Set<String> audiences;
    private final Journal journal;
    private final InstantSource clock;

    /** @param issuer ours; it or its token endpoint is the audience */
    public ClientAssertions(String issuer, Journal journal, InstantSource clock) {
        this.audiences = Set.of(issuer, issuer + "/oauth/token");
        this.journal = journal;
        this.clock = clock;
    }

    /** The client that {@code assertion} claims to be, unverified. Throws {@link InvalidJws}. */
    public static String claimedClient(String assertion) {
        return CompactJws.parse(assertion, MAX_ASSERTION).claim("sub");
    }

    /** Accepts the assertion as made by {@code client}, whose public keys are {@code jwks}. Throws {@link InvalidJws}. */
    public void verify(String assertion, String client, String jwks) {
        var jws = CompactJws.parse(assertion, MAX_ASSERTION);
        requireType(jws);
        requireSignature(jws, jwks);
        if (!jws.claim("iss").equals(client) || !jws.claim("sub").equals(client)) {
            throw new InvalidJws("It is of another client");
        }
        if (!isForUs(jws.payload().get("aud"))) {
            throw new InvalidJws("It is for another audience");
        }
        var expiresAt = requireTimes(jws);
        var jti = jws.claim("jti");
        if (jti.isEmpty() || jti.length() > MAX_JTI) {
            throw new InvalidJws("Its id is empty or too long");
        }
        var hash = Sha256.hex("assertion\n" + client + '\n' + jti);
        var kept = ClockSkew.remembered(expiresAt);
        if (!journal.<Boolean>commit((handle, evidence) -> UsedOnce.use(handle, hash, kept, clock.instant()))) {
            throw new InvalidJws("It was used before");
        }
    }

    /** RFC 8725 §3.11: what a client signed for another purpose does not authenticate it. RFC 7523 gives no type of its own. */
    private static void requireType(CompactJws jws) {
        if (jws.header().has("typ") && !TYPES.contains(jws.headerText("typ").toLowerCase(Locale.ROOT))) {
            throw new InvalidJws("It is of another type");
        }
    }

    private static void requireSignature(CompactJws jws, String jwks) {
        var algorithm = SigningAlgorithm.of(jws.headerText("alg"));
        try {
            for (var key : KeySets.candidates(JWKSet.parse(jwks), jws, algorithm)) {
                if (algorithm.verify(key, jws.signingInput(), jws.signature())) {
                    return;
                }
            }
        } catch (ParseException e) {
            throw new IllegalStateException("The keys configured for a client cannot be read", e);
        }
        throw new InvalidJws("No key of the client verifies it");
    }

    private boolean isForUs(JsonNode aud) {
        if (aud == null) {
            return false;
        }
        var one = aud.isArray() && aud.size() == 1 ? aud.get(0) : aud;
        return one.isString() && audiences.contains(one.stringValue());
    }

    private Instant requireTimes(CompactJws jws) {
        var now = clock.instant();
        var expiresAt = Instant.ofEpochSecond(jws.seconds("exp"));
        if (ClockSkew.isOver(expiresAt, now)) {
            throw new InvalidJws("It has expired");
        }
        if (expiresAt.isAfter(now.plus(MAX_LIFETIME))) {
            throw new InvalidJws("It lives longer than " + MAX_LIFETIME.toMinutes() + " minutes");
        }
        return expiresAt;
    }
}
