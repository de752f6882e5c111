package dev.countersign.signal;

import dev.countersign.Settings.IdentityProvider;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.session.IdentityProviders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Verifies logout tokens of identity providers (Back-Channel Logout 1.0 §2.6). */
final class LogoutTokenCheck {
    /** Longest token, characters. */
    static final int MAX_TOKEN = 16 * 1024;

    /** Longest part that is used, characters. */
    static final int MAX_TEXT = 512;

    /** Oldest {@code iat}: §2.4 recommends tokens of two minutes. */
    static final Duration MAX_AGE = Duration.ofMinutes(10);

    static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

    private final IdentityProviders providers;
    private final InstantSource clock;

    LogoutTokenCheck(IdentityProviders providers, InstantSource clock) {
        this.providers = providers;
        this.clock = clock;
    }

    /** Throws {@link InvalidJws}, or Problem 503 when the provider's keys cannot be had. */
    LogoutToken verify(String token) {
        var jws = CompactJws.parse(token, MAX_TOKEN);
        requireType(jws);
        var provider = providers
                .byIssuer(jws.claim("iss"))
                .orElseThrow(() -> new InvalidJws("Its issuer is not an identity provider of ours"));
        requireSignature(jws, provider);
        requireAudience(jws.payload().get("aud"), provider.clientId());
        requireLogout(jws.payload());
        var expiresAt = requireTimes(jws);
        var subject = text(jws.payload(), "sub");
        var session = text(jws.payload(), "sid");
        var jti = text(jws.payload(), "jti");
        if (subject == null && session == null) {
            throw new InvalidJws("It names neither 'sub' nor 'sid'");
        }
        if (jti == null) {
            throw new InvalidJws("'jti' is missing");
        }
        return new LogoutToken(provider.issuer().toString(), subject, session, jti, expiresAt);
    }

    /** §2.4: typing is recommended, so an untyped token passes, and one that says it is something else does not. */
    private static void requireType(CompactJws jws) {
        if (!jws.header().has("typ")) {
            return;
        }
        var type = jws.headerText("typ").toLowerCase(Locale.ROOT);
        if (!type.equals("logout+jwt") && !type.equals("application/logout+jwt") && !type.equals("jwt")) {
            throw new InvalidJws("Its type is another one");
        }
    }

    private void requireSignature(CompactJws jws, IdentityProvider provider) {
        var algorithm = SigningAlgorithm.of(jws.headerText("alg"));
        for (var key : providers.candidates(provider, jws, algorithm)) {
            if (algorithm.verify(key, jws.signingInput(), jws.signature())) {
                return;
            }
        }
        throw new InvalidJws("No key of the issuer verifies it");
    }

    private static void requireAudience(@Nullable JsonNode aud, String clientId) {
        var named = aud != null && aud.isString() && aud.stringValue().equals(clientId);
        if (aud != null && aud.isArray()) {
            for (var one : aud) {
                named |= one.isString() && one.stringValue().equals(clientId);
            }
        }
        if (!named) {
            throw new InvalidJws("It is for another audience");
        }
    }

    /** §2.6(5), (6): the event makes it a logout token, a nonce would make it an ID token. */
    private static void requireLogout(JsonNode claims) {
        var event = claims.path("events").get(EVENT);
        if (event == null || !event.isObject()) {
            throw new InvalidJws("It holds no logout event");
        }
        if (claims.has("nonce")) {
            throw new InvalidJws("'nonce' must not be present");
        }
    }

    private Instant requireTimes(CompactJws jws) {
        var now = clock.instant();
        var issuedAt = Instant.ofEpochSecond(jws.seconds("iat"));
        if (issuedAt.isAfter(now.plus(SetCheck.SKEW))) {
            throw new InvalidJws("It was issued in the future");
        }
        if (issuedAt.isBefore(now.minus(MAX_AGE).minus(SetCheck.SKEW))) {
            throw new InvalidJws("It is too old");
        }
        var expiresAt = Instant.ofEpochSecond(jws.seconds("exp"));
        if (!expiresAt.plus(SetCheck.SKEW).isAfter(now)) {
            throw new InvalidJws("It has expired");
        }
        return issuedAt.plus(MAX_AGE);
    }

    private static @Nullable String text(JsonNode claims, String name) {
        if (!claims.has(name)) {
            return null;
        }
        var text = CompactJws.text(claims, name);
        if (text.isEmpty() || text.length() > MAX_TEXT) {
            throw new InvalidJws("'" + name + "' is empty or too long");
        }
        return text;
    }

    /**
     * What a token asks to end.
     *
     * @param subject all sessions of this account, or null
     * @param session this session of the provider's, or null
     * @param usableUntil after this it is too old in any case
     */
    record LogoutToken(
            String issuer,
            @Nullable String subject,
            @Nullable String session,
            String jti,
            Instant usableUntil) {}
}
