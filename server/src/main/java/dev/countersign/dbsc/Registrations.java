package dev.countersign.dbsc;

import dev.countersign.dbsc.Challenges.Purpose;
import dev.countersign.http.Problem;
import dev.countersign.jose.InvalidJws;
import dev.countersign.session.Binding;
import dev.countersign.session.Session;
import dev.countersign.session.SessionBinding;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.session.Sessions;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Registration of a browser's key for the session of its login. The login's answer alone carries the challenge and the
 * authorization, in a header that neither pages nor the cookie jar see: a copied cookie registers nothing.
 */
final class Registrations {
    private final Challenges challenges;
    private final BoundCookies cookies;
    private final Sessions sessions;
    private final SessionBinding binding;
    private final InstantSource clock;

    Registrations(
            Challenges challenges,
            BoundCookies cookies,
            Sessions sessions,
            SessionBinding binding,
            InstantSource clock) {
        this.challenges = challenges;
        this.cookies = cookies;
        this.sessions = sessions;
        this.binding = binding;
        this.clock = clock;
    }

    /** The value of {@code Secure-Session-Registration} that asks for a key for {@code session}. */
    String offer(Session session) {
        var challenge = challenges.mint(Purpose.REGISTRATION, session.id());
        var authorization = session.id().value() + '.' + challenges.mint(Purpose.AUTHORIZATION, session.id());
        return "(ES256 RS256);path=" + StructuredString.write(DbscRoutes.REGISTRATION)
                + ";challenge=" + StructuredString.write(challenge)
                + ";authorization=" + StructuredString.write(authorization);
    }

    /**
     * Binds the session to the key that {@code jwt} brings.
     *
     * @param named the session of the request's cookie, or null when the browser sent none
     * @param audience where the request was sent
     * @throws Problem 400 unless all of it fits together; 409 when the session has ended or has a key
     */
    Registered register(String jwt, @Nullable SessionId named, String audience) {
        DbscProof proof;
        BrowserKey key;
        try {
            proof = DbscProof.read(jwt);
            key = proof.newKey();
            proof.verifyBy(key);
        } catch (InvalidJws e) {
            throw refused(e.text());
        }
        var session = authorized(proof.authorization())
                .orElseThrow(() -> refused("The registration belongs to no login of the last minutes"));
        if (named != null && !named.equals(session)) {
            throw refused("The registration is for another session than the browser's");
        }
        if (!challenges.isGood(proof.challenge(), Purpose.REGISTRATION, session)
                || proof.isForAnother(session.value(), audience)) {
            throw refused("The proof is for another registration");
        }
        return bind(session, key);
    }

    /** The session whose login handed out {@code authorization}. */
    private Optional<SessionId> authorized(@Nullable String authorization) {
        var dot = authorization == null ? -1 : authorization.lastIndexOf('.');
        if (authorization == null || dot < 0) {
            return Optional.empty();
        }
        try {
            var session = new SessionId(authorization.substring(0, dot));
            return challenges.isGood(authorization.substring(dot + 1), Purpose.AUTHORIZATION, session)
                    ? Optional.of(session)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Registered bind(SessionId session, BrowserKey key) {
        var now = clock.instant();
        var live = sessions.find(session)
                .filter(found -> found.state() == SessionState.ACTIVE && found.isLive(now))
                .isPresent();
        var cookie = cookies.mint();
        // Once: a session that has a key keeps it, whoever else still knows challenge and authorization.
        if (!live
                || !binding.bind(session, new Binding.DbscKey(key.thumbprint()), handle -> {
                    DbscStore.insertKey(handle, session, key, now);
                    cookies.remember(handle, session, cookie, now);
                })) {
            throw Problem.conflict("session-not-bound", "The session has ended or is bound to a key already");
        }
        return new Registered(session, cookie);
    }

    private static Problem refused(String detail) {
        return new Problem(400, "registration-refused", detail);
    }

    /** @param cookie of the first proof */
    record Registered(SessionId session, String cookie) {}
}
