package dev.countersign.session;

import dev.countersign.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What an introspecting party sees of a token and its session (RFC 7662 §2.2, RFC 9470 §6.2, RFC 9396 §9.2). */
final class Introspection {
    private Introspection() {}

    /** Of a token of a live session. */
    static Map<String, Object> active(AccessTokens.Claims claims, Session session, String issuer, Instant now) {
        var about = new LinkedHashMap<String, Object>();
        about.put("active", true);
        about.put("iss", issuer);
        about.put("sub", session.principal().id());
        about.put("principal_type", session.principal().type());
        about.put("aud", audience(claims, session));
        about.put("client_id", claims.client());
        about.put("token_type", session.binding() instanceof Binding.DpopKey ? "DPoP" : "Bearer");
        about.put("iat", claims.issuedAt().getEpochSecond());
        about.put("exp", claims.expiresAt().getEpochSecond());
        about.put("jti", claims.jti());
        grant(about, session.grant());
        session(about, session, now);
        return about;
    }

    /** Of a refresh token of a live session. */
    static Map<String, Object> refresh(Session session, String issuer, Instant now) {
        var about = new LinkedHashMap<String, Object>();
        about.put("active", true);
        about.put("iss", issuer);
        about.put("sub", session.principal().id());
        about.put("client_id", session.client());
        about.put("exp", session.expiresAt().getEpochSecond());
        grant(about, session.grant());
        session(about, session, now);
        return about;
    }

    /**
     * Of a token whose session is not live. RFC 7662 §2.2 would say no more than that; that a step-up makes it good again is
     * told, to who may present it and learns as much from the decision that refuses it.
     */
    static Map<String, Object> inactive(Session session) {
        if (session.state() != SessionState.SUSPENDED) {
            return Map.of("active", false);
        }
        var state = new LinkedHashMap<String, Object>();
        state.put("id", session.id().value());
        state.put("state", "suspended");
        if (session.stateReason() != null) {
            state.put("reason", session.stateReason());
        }
        return Map.of("active", false, "session", state);
    }

    private static Object audience(AccessTokens.Claims claims, Session session) {
        var audiences = session.grant().audiences();
        return switch (audiences.size()) {
            case 0 -> claims.client();
            case 1 -> audiences.iterator().next();
            default -> List.copyOf(new TreeSet<>(audiences));
        };
    }

    private static void grant(Map<String, Object> about, Grant grant) {
        if (!grant.scopes().isEmpty()) {
            about.put("scope", GrantJson.scope(grant.scopes()));
        }
        if (!grant.actors().isEmpty()) {
            about.put("act", GrantJson.act(grant.actors()));
        }
        if (!grant.details().isEmpty()) {
            var details = Json.MAPPER.createArrayNode();
            GrantJson.details(details, grant.details());
            about.put("authorization_details", details);
        }
    }

    private static void session(Map<String, Object> about, Session session, Instant now) {
        var assurance = session.assurance(now);
        about.put("sid", session.id().value());
        about.put("acr", assurance.acr());
        about.put("amr", sorted(assurance));
        about.put("auth_time", assurance.at().getEpochSecond());
        switch (session.binding()) {
            case Binding.None none -> {}
            case Binding.DpopKey key -> about.put("cnf", Map.of("jkt", key.thumbprint()));
            case Binding.Certificate certificate -> about.put("cnf", Map.of("x5t#S256", certificate.sha256()));
            case Binding.DbscKey key -> {} // no token of its own: only its browser's cookies stand for it
        }
        var stepUp = session.stepUp(now);
        if (stepUp != null) {
            var raised = new LinkedHashMap<String, Object>();
            raised.put("acr", stepUp.acr());
            raised.put("amr", sorted(stepUp));
            raised.put("auth_time", stepUp.at().getEpochSecond());
            raised.put("age", Math.max(0, Duration.between(stepUp.at(), now).toSeconds()));
            if (stepUp.until() != null) {
                raised.put("ends_at", stepUp.until().getEpochSecond());
            }
            about.put("step_up", raised);
        }
        about.put("session", times(session));
    }

    private static Map<String, Object> times(Session session) {
        var times = new LinkedHashMap<String, Object>();
        times.put("id", session.id().value());
        times.put("state", "active");
        times.put("binding", session.binding().kind());
        times.put("started_at", session.startedAt().getEpochSecond());
        times.put("idle_ends_at", session.idleExpiresAt().getEpochSecond());
        times.put("ends_at", session.expiresAt().getEpochSecond());
        return times;
    }

    private static List<String> sorted(Assurance assurance) {
        return List.copyOf(new TreeSet<>(assurance.amr()));
    }
}
