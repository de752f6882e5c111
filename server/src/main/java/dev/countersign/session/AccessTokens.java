package dev.countersign.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.http.Json;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.OwnTokens;
import dev.countersign.key.RandomIds;
import dev.countersign.key.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Access tokens of sessions. A token is verified once, then known by its hash until it expires. */
final class AccessTokens {
    /** Verified tokens remembered. */
    static final int MAX_KNOWN = 200_000;

    private final OwnTokens tokens;
    private final Duration lifetime;
    private final InstantSource clock;
    private final RandomIds ids;
    private final Cache<String, Claims> known =
            Caffeine.newBuilder().maximumSize(MAX_KNOWN).build();

    AccessTokens(OwnTokens tokens, Duration lifetime, InstantSource clock, RandomIds ids) {
        this.tokens = tokens;
        this.lifetime = lifetime;
        this.clock = clock;
        this.ids = ids;
    }

    /** How long a token issued now lives: not longer than its session. */
    Duration lifetime(Session session) {
        var left = Duration.between(clock.instant(), session.expiresAt());
        return left.compareTo(lifetime) < 0 ? left : lifetime;
    }

    /** A token for the session (RFC 9068 §2.2). */
    String issue(Session session) {
        var now = clock.instant();
        var strongest = session.assurance(now);
        var claims = Json.MAPPER.createObjectNode();
        GrantJson.claims(session.grant(), session.client(), claims);
        claims.put("sub", session.principal().id());
        claims.put("client_id", session.client());
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(lifetime(session)).getEpochSecond());
        claims.put("jti", ids.next(""));
        claims.put("sid", session.id().value());
        claims.put("acr", strongest.acr());
        var amr = claims.putArray("amr");
        strongest.amr().stream().sorted().forEach(amr::add);
        claims.put("auth_time", strongest.at().getEpochSecond());
        switch (session.binding()) {
            case Binding.None none -> {}
            case Binding.DpopKey key -> claims.putObject("cnf").put("jkt", key.thumbprint());
            case Binding.Certificate certificate -> claims.putObject("cnf").put("x5t#S256", certificate.sha256());
            case Binding.DbscKey key -> throw new IllegalStateException("A browser's own session has no tokens");
        }
        return tokens.sign(claims);
    }

    /** What the token says. Throws {@link InvalidJws} unless it is ours, for a session, and has not expired. */
    Claims verify(String token) {
        if (token.length() > OwnTokens.MAX_TOKEN) {
            throw new InvalidJws("The token is too long");
        }
        var hash = Sha256.base64url(token);
        var before = known.getIfPresent(hash);
        if (before != null) {
            if (before.expiresAt().isAfter(clock.instant())) {
                return before;
            }
            known.invalidate(hash);
            throw new InvalidJws("The token has expired");
        }
        var claims = read(tokens.verify(token), hash);
        known.put(hash, claims);
        return claims;
    }

    private static Claims read(JsonNode claims, String hash) {
        var confirmation = claims.get("cnf");
        try {
            return new Claims(
                    new SessionId(CompactJws.text(claims, "sid")),
                    hash,
                    CompactJws.text(claims, "client_id"),
                    Instant.ofEpochSecond(CompactJws.seconds(claims, "iat")),
                    Instant.ofEpochSecond(CompactJws.seconds(claims, "exp")),
                    CompactJws.text(claims, "jti"),
                    confirmed(confirmation, "jkt"),
                    confirmed(confirmation, "x5t#S256"));
        } catch (IllegalArgumentException e) {
            throw new InvalidJws("The token names no session");
        }
    }

    private static @Nullable String confirmed(@Nullable JsonNode confirmation, String method) {
        return confirmation != null && confirmation.has(method) ? CompactJws.text(confirmation, method) : null;
    }

    /**
     * What we use of a token.
     *
     * @param hash base64url SHA-256 of the token, the {@code ath} of its proofs
     * @param thumbprint of the DPoP key it is bound to, or null
     * @param certificate base64url SHA-256 of the certificate it is bound to, or null
     */
    record Claims(
            SessionId session,
            String hash,
            String client,
            Instant issuedAt,
            Instant expiresAt,
            String jti,
            @Nullable String thumbprint,
            @Nullable String certificate) {}
}
