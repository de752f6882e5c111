package dev.countersign.session;

import dev.countersign.Settings;
import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.jose.InvalidJws;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /oauth/introspect} (RFC 7662) for enforcement points, about tokens that they may present, and for clients with
 * keys, about their own; {@code POST /oauth/revoke} (RFC 7009) for clients.
 */
final class IntrospectionRoutes {
    private final OAuthAnswers answers;
    private final EnforcementPoints enforcers;
    private final Clients clients;
    private final AccessTokens tokens;
    private final RefreshTokens refreshTokens;
    private final LiveSessions sessions;
    private final String issuer;
    private final InstantSource clock;

    IntrospectionRoutes(
            OAuthAnswers answers,
            EnforcementPoints enforcers,
            Clients clients,
            AccessTokens tokens,
            RefreshTokens refreshTokens,
            LiveSessions sessions,
            String issuer,
            InstantSource clock) {
        this.answers = answers;
        this.enforcers = enforcers;
        this.clients = clients;
        this.tokens = tokens;
        this.refreshTokens = refreshTokens;
        this.sessions = sessions;
        this.issuer = issuer;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/oauth/introspect", answers.closed(this::introspect))
                .post("/oauth/revoke", answers.open(this::revoke))
                .options("/oauth/revoke", answers::preflight);
    }

    private void introspect(ServerRequest request, ServerResponse response) {
        var form = OAuthForm.of(request);
        var isClient = !request.headers().contains(HeaderNames.AUTHORIZATION)
                && form.optional("client_id").isPresent();
        var about = isClient
                ? forClient(clients.authenticateWithKeys(form), form.text("token"))
                : forEnforcer(enforcers.authenticate(request), form.text("token"));
        Answers.json(response, 200, about.orElse(Map.of("active", false)));
    }

    private Optional<Map<String, Object>> forEnforcer(EnforcementPoint enforcer, String token) {
        return claims(token)
                .flatMap(claims -> sessions.find(claims.session())
                        .filter(session -> session.grant().isFor(enforcer.id()))
                        .map(session -> describe(claims, session)));
    }

    private Optional<Map<String, Object>> forClient(Settings.Client client, String token) {
        var access = claims(token)
                .filter(claims -> claims.client().equals(client.id()))
                .flatMap(claims -> sessions.find(claims.session()).map(session -> describe(claims, session)));
        return access.isPresent()
                ? access
                : refreshTokens
                        .usable(token, client.id())
                        .map(session -> Introspection.refresh(session, issuer, clock.instant()));
    }

    private Map<String, Object> describe(AccessTokens.Claims claims, Session session) {
        var now = clock.instant();
        return session.isLive(now) && sessions.originIsLive(session)
                ? Introspection.active(claims, session, issuer, now)
                : Introspection.inactive(session);
    }

    /**
     * Ends the token's session, whichever token of it came, and with it what was derived from it. A refresh token's grant is
     * its session (RFC 7009 §2.1). A token that is not good (any more) is success too (§2.2).
     */
    private void revoke(ServerRequest request, ServerResponse response) {
        var form = OAuthForm.of(request);
        var client = clients.identify(form);
        var token = form.text("token");
        claims(token)
                .filter(claims -> claims.client().equals(client))
                .map(AccessTokens.Claims::session)
                .or(() -> refreshTokens.session(token, client).map(Session::id))
                .ifPresent(session -> sessions.end(session, "revoked by its client"));
        Answers.json(response, 200, Map.of());
    }

    private Optional<AccessTokens.Claims> claims(String token) {
        try {
            return Optional.of(tokens.verify(token));
        } catch (InvalidJws e) {
            return Optional.empty();
        }
    }
}
