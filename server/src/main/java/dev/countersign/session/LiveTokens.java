package dev.countersign.session;

import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.OwnTokens;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** {@link SessionTokens} over access tokens and sessions. */
final class LiveTokens implements SessionTokens {
    private final String issuer;
    private final AccessTokens tokens;
    private final LiveSessions sessions;
    private final InstantSource clock;

    LiveTokens(String issuer, AccessTokens tokens, LiveSessions sessions, InstantSource clock) {
        this.issuer = issuer;
        this.tokens = tokens;
        this.sessions = sessions;
        this.clock = clock;
    }

    @Override
    public boolean isOurs(String token) {
        try {
            return CompactJws.parse(token, OwnTokens.MAX_TOKEN).claim("iss").equals(issuer);
        } catch (InvalidJws e) {
            return false;
        }
    }

    @Override
    public Optional<Held> find(String token) {
        try {
            var claims = tokens.verify(token);
            return sessions.find(claims.session())
                    .filter(session -> session.isLive(clock.instant()) && sessions.originIsLive(session))
                    .map(session -> new Held(session, claims.client(), claims.expiresAt()));
        } catch (InvalidJws e) {
            return Optional.empty();
        }
    }

    @Override
    public String issue(Session session) {
        return tokens.issue(session);
    }

    @Override
    public Duration lifetime(Session session) {
        return tokens.lifetime(session);
    }
}
