package dev.countersign.session;

import dev.countersign.jose.InvalidJws;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Token, then state, then the proof that the session's binding asks for. A failed proof is a signal, never a suspension. */
final class PresentedCheck implements SessionCheck {
    private final LiveSessions sessions;
    private final AccessTokens tokens;
    private final DpopProofs proofs;
    private final DpopNonces nonces;
    private final InstantSource clock;

    PresentedCheck(
            LiveSessions sessions, AccessTokens tokens, DpopProofs proofs, DpopNonces nonces, InstantSource clock) {
        this.sessions = sessions;
        this.tokens = tokens;
        this.proofs = proofs;
        this.nonces = nonces;
        this.clock = clock;
    }

    @Override
    public Checked check(Presented presented) {
        AccessTokens.Claims claims;
        try {
            claims = tokens.verify(presented.token());
        } catch (InvalidJws e) {
            return refused("invalid_session", "The token is not acceptable: " + e.text(), null);
        }
        var session = sessions.find(claims.session()).orElse(null);
        if (session == null) {
            return refused("invalid_session", "The token's session is not known", null);
        }
        var now = clock.instant();
        if (hasEnded(session, now)) {
            return refused("session_ended", "The session has ended", session.id());
        }
        return proof(presented, claims, session);
    }

    static boolean hasEnded(Session session, Instant now) {
        return session.state() == SessionState.ENDED
                || !now.isBefore(session.idleExpiresAt())
                || !now.isBefore(session.expiresAt());
    }

    private Checked live(Session session, @Nullable Instant provedAt) {
        if (session.state() == SessionState.SUSPENDED) {
            return refused("session_suspended", "The session is suspended until a step-up", session.id());
        }
        if (!sessions.originIsLive(session)) {
            return refused("session_suspended", "The session that this one came of is not live", session.id());
        }
        sessions.used(session);
        return new Checked.Live(
                session, session.binding() instanceof Binding.DpopKey ? nonces.current() : null, provedAt);
    }

    /** Holds the proof to what the session's binding asks for. */
    private Checked proof(Presented presented, AccessTokens.Claims claims, Session session) {
        return switch (session.binding()) {
            case Binding.None none ->
                presented.scheme().equalsIgnoreCase("Bearer") && claims.thumbprint() == null
                        ? live(session, null)
                        : refused("invalid_proof", "The session is not bound to a key; use Bearer", session.id());
            case Binding.DpopKey key -> dpop(presented, claims, session, key);
            case Binding.Certificate certificate -> certificate(presented, claims, session, certificate);
            case Binding.DbscKey key ->
                refused("invalid_proof", "The session acts in its own browser alone", session.id());
        };
    }

    /** RFC 8705 §3: as Bearer, over a connection of the certificate. */
    private Checked certificate(
            Presented presented, AccessTokens.Claims claims, Session session, Binding.Certificate bound) {
        if (!presented.scheme().equalsIgnoreCase("Bearer") || presented.proof() != null) {
            return failed(
                    session,
                    "invalid_proof",
                    "proof_failed",
                    "The session is bound to a certificate; use Bearer without a DPoP proof");
        }
        var shown = presented.certificate();
        if (shown == null) {
            return failed(
                    session,
                    "proof_required",
                    "proof_missing",
                    "The session needs its client certificate, shown to us or to one who may vouch for it");
        }
        return same(shown, bound.sha256()) && bound.sha256().equals(claims.certificate())
                ? live(session, null)
                : failed(
                        session,
                        "invalid_proof",
                        "proof_wrong_key",
                        "The client certificate is another one; a renewed one needs a session of its own");
    }

    private Checked dpop(Presented presented, AccessTokens.Claims claims, Session session, Binding.DpopKey bound) {
        var jwt = presented.proof();
        if (jwt == null || !presented.scheme().equalsIgnoreCase("DPoP")) {
            return failed(session, "proof_required", "proof_missing", "The session needs the DPoP scheme and a proof");
        }
        DpopProofs.Proof proof;
        try {
            proof = proofs.verify(jwt, presented.method(), presented.uri(), claims.hash());
        } catch (InvalidProof e) {
            return failed(session, "invalid_proof", "proof_failed", e.text());
        }
        if (!same(proof.thumbprint(), bound.thumbprint()) || !bound.thumbprint().equals(claims.thumbprint())) {
            return failed(session, "invalid_proof", "proof_wrong_key", "The proof is by another key");
        }
        return switch (nonces.use(proof)) {
            case FIRST -> live(session, proof.madeAt());
            case UNKNOWN_NONCE -> refused("use_dpop_nonce", "The proof needs a nonce of this node", session.id());
            case REPLAYED -> failed(session, "replayed_proof", "proof_replayed", "The proof was used before");
        };
    }

    private Checked failed(Session session, String code, String signal, String text) {
        sessions.signal(session.id(), signal, text);
        return refused(code, text, session.id());
    }

    private Checked refused(String code, String text, @Nullable SessionId session) {
        return new Checked.Refused(code, text, session, nonces.current());
    }

    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
