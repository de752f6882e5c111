package dev.countersign.session;

import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.jose.InvalidJws;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code POST /oauth/introspect} (RFC 7662) for enforcement points, {@code POST /oauth/revoke} (RFC 7009) for clients. */
final class IntrospectionRoutes {
    private final OAuthAnswers answers;
    private final EnforcementPoints enforcers;
    private final Clients clients;
    private final AccessTokens tokens;
    private final LiveSessions sessions;
    private final String issuer;
    private final InstantSource clock;

    IntrospectionRoutes(
            OAuthAnswers answers,
            EnforcementPoints enforcers,
            Clients clients,
            AccessTokens tokens,
            LiveSessions sessions,
            String issuer,
            InstantSource clock) {
        this.answers = answers;
        this.enforcers = enforcers;
        this.clients = clients;
        this.tokens = tokens;
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
        enforcers.authenticate(request);
        var token = OAuthForm.of(request).text("token");
        Answers.json(response, 200, claims(token).flatMap(this::describe).orElse(Map.of("active", false)));
    }

    private Optional<Map<String, Object>> describe(AccessTokens.Claims claims) {
        return sessions.find(claims.session())
                .filter(session -> session.isLive(clock.instant()))
                .map(session -> describe(claims, session));
    }

    private Map<String, Object> describe(AccessTokens.Claims claims, Session session) {
        var about = new LinkedHashMap<String, Object>();
        about.put("active", true);
        about.put("iss", issuer);
        about.put("sub", session.principal().id());
        about.put("aud", claims.client());
        about.put("client_id", claims.client());
        about.put("token_type", claims.thumbprint() == null ? "Bearer" : "DPoP");
        about.put("iat", claims.issuedAt().getEpochSecond());
        about.put("exp", claims.expiresAt().getEpochSecond());
        about.put("jti", claims.jti());
        about.put("sid", session.id().value());
        about.put("acr", session.login().acr());
        about.put("auth_time", session.login().at().getEpochSecond());
        if (claims.thumbprint() != null) {
            about.put("cnf", Map.of("jkt", claims.thumbprint()));
        }
        if (claims.certificate() != null) {
            about.put("cnf", Map.of("x5t#S256", claims.certificate())); // RFC 8705 §3.2
        }
        return about;
    }

    /** Ends the token's session. A token that is not good (any more) is success too (RFC 7009 §2.2). */
    private void revoke(ServerRequest request, ServerResponse response) {
        var form = OAuthForm.of(request);
        var client = clients.identify(form);
        claims(form.text("token"))
                .filter(claims -> claims.client().equals(client))
                .ifPresent(claims -> sessions.end(claims.session(), "revoked by its client"));
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
