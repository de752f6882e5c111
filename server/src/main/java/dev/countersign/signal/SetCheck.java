package dev.countersign.signal;

import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.jose.ClockSkew;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.key.Sha256;
import dev.countersign.signal.RefusedSet.Code;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Verifies security event tokens (RFC 8417, as SSF 1.0 §4 profiles it). */
final class SetCheck {
    /** Longest token, characters. */
    static final int MAX_TOKEN = 64 * 1024;

    /** Longest {@code jti}, characters. */
    static final int MAX_JTI = 256;

    /** How far a transmitter's clock may be off. */
    static final Duration SKEW = ClockSkew.ALLOWED;

    private final InstantSource clock;

    SetCheck(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Reads {@code token} as one of {@code transmitter}.
     *
     * @throws RefusedSet when it is not acceptable
     * @throws Problem 503 when the transmitter's keys cannot be had
     */
    SecurityEvent verify(String token, Transmitter transmitter, SigningKeys keys) {
        try {
            var jws = CompactJws.parse(token, MAX_TOKEN);
            requireType(jws);
            requireIssuer(jws, transmitter);
            requireSignature(jws, keys);
            requireAudience(jws.payload().get("aud"), transmitter.audience());
            requireNoOtherToken(jws.payload());
            return event(jws, issuedAt(jws, transmitter.maxAge()));
        } catch (InvalidJws e) {
            throw new RefusedSet(Code.INVALID_REQUEST, "Not a security event token: " + e.text());
        }
    }

    /** Explicit typing, SSF 1.0 §4.1.1. RFC 7515 §4.1.9: "application/" may stand before it, case says nothing. */
    private static void requireType(CompactJws jws) {
        var type = jws.headerText("typ").toLowerCase(Locale.ROOT);
        if (!type.equals("secevent+jwt") && !type.equals("application/secevent+jwt")) {
            throw new InvalidJws("its type is another one");
        }
    }

    private static void requireIssuer(CompactJws jws, Transmitter transmitter) {
        if (!jws.claim("iss").equals(transmitter.issuer().toString())) {
            throw new RefusedSet(Code.INVALID_ISSUER, "The issuer is not the one agreed for this stream");
        }
    }

    private static void requireSignature(CompactJws jws, SigningKeys keys) {
        SigningAlgorithm algorithm;
        try {
            algorithm = SigningAlgorithm.of(jws.headerText("alg"));
        } catch (InvalidJws e) {
            throw new RefusedSet(Code.INVALID_KEY, "The signature's algorithm is not accepted");
        }
        for (var key : keys.candidates(jws, algorithm)) {
            if (algorithm.verify(key, jws.signingInput(), jws.signature())) {
                return;
            }
        }
        throw new RefusedSet(Code.INVALID_KEY, "No key of the issuer verifies the signature");
    }

    private static void requireAudience(JsonNode aud, String audience) {
        var named = aud != null && aud.isString() && aud.stringValue().equals(audience);
        if (aud != null && aud.isArray()) {
            for (var one : aud) {
                named |= one.isString() && one.stringValue().equals(audience);
            }
        }
        if (!named) {
            throw new RefusedSet(Code.INVALID_AUDIENCE, "The token is for another audience");
        }
    }

    /** SSF 1.0 §4.1.3: neither an access token nor an ID token can pass for a SET. */
    private static void requireNoOtherToken(JsonNode claims) {
        for (var name : new String[] {"exp", "sub", "nonce"}) {
            if (claims.has(name)) {
                throw new InvalidJws("'" + name + "' must not be present");
            }
        }
    }

    private Instant issuedAt(CompactJws jws, Duration maxAge) {
        var now = clock.instant();
        var issuedAt = Instant.ofEpochSecond(jws.seconds("iat"));
        if (issuedAt.isAfter(now.plus(SKEW))) {
            throw new InvalidJws("it was issued in the future");
        }
        if (issuedAt.isBefore(now.minus(maxAge).minus(SKEW))) {
            throw new InvalidJws("it is too old");
        }
        return issuedAt;
    }

    /** Exactly one: several would have to be alternative names of one event (SSF 1.0 §4.2.1), and we know no such names. */
    private static SecurityEvent event(CompactJws jws, Instant issuedAt) {
        var jti = jws.claim("jti");
        if (jti.isEmpty() || jti.length() > MAX_JTI || Json.hasControlCharacter(jti)) {
            throw new InvalidJws("its 'jti' is empty or too long");
        }
        var events = jws.payload().get("events");
        if (events == null || !events.isObject() || events.size() != 1) {
            throw new InvalidJws("it does not hold exactly one event");
        }
        var event = events.properties().iterator().next();
        if (!event.getValue().isObject()) {
            throw new InvalidJws("its event is not an object");
        }
        var subject = jws.payload().get("sub_id");
        if (subject == null) {
            throw new InvalidJws("'sub_id' is missing");
        }
        return new SecurityEvent(
                jti,
                Sha256.base64url(jws.signingInput()),
                issuedAt,
                SubjectId.of(subject),
                event.getKey(),
                event.getValue());
    }
}
