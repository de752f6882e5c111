package dev.countersign.login;

import dev.countersign.http.Problem;
import dev.countersign.session.Binding;
import dev.countersign.session.Session;
import dev.countersign.session.SessionOpening;
import dev.countersign.session.SessionOpening.Opening;
import dev.countersign.session.Sessions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;

/** The applications' sessions within a browser's session. */
final class ApplicationSessions {
    /** Applications' sessions in one browser session; more are refused. */
    static final int MAX_CHILDREN = 100;

    /** A new key is bound this long after a login or step-up: a cookie alone never binds one (see docs/decisions/0004). */
    static final Duration BINDING_WINDOW = Duration.ofSeconds(60);

    private final Sessions sessions;
    private final SessionOpening opening;
    private final InstantSource clock;

    ApplicationSessions(Sessions sessions, SessionOpening opening, InstantSource clock) {
        this.sessions = sessions;
        this.opening = opening;
        this.clock = clock;
    }

    /** The session of this client, key and grant in {@code browser} that has not ended. */
    Optional<Session> find(Session browser, AuthorizeRequest request) {
        return bound(browser, request)
                .filter(session -> session.grant().equals(request.grant()))
                .findFirst();
    }

    /** True when the client has bound this key in {@code browser} before, whatever for. */
    boolean isBound(Session browser, AuthorizeRequest request) {
        return bound(browser, request).findAny().isPresent();
    }

    private Stream<Session> bound(Session browser, AuthorizeRequest request) {
        var binding = new Binding.DpopKey(request.thumbprint());
        return children(browser)
                .filter(session -> session.client().equals(request.client()))
                .filter(session -> session.binding().equals(binding));
    }

    /**
     * True when the person was just there: a thief with the cookie has neither their login nor their authenticator. For browsers
     * without a key; the others prove theirs.
     */
    boolean mayBindKey(Session browser) {
        var now = clock.instant();
        var stepUp = browser.stepUp();
        return now.isBefore(browser.startedAt().plus(BINDING_WINDOW))
                || (stepUp != null && now.isBefore(stepUp.at().plus(BINDING_WINDOW)));
    }

    /** A new session of this client, bound to its key. Problem 429 when there are too many. */
    Session open(Session browser, AuthorizeRequest request) {
        if (children(browser).count() >= MAX_CHILDREN) {
            throw new Problem(429, "too-many-sessions", "Too many applications are open in this session");
        }
        return open(browser, request, new Binding.DpopKey(request.thumbprint()));
    }

    private Stream<Session> children(Session browser) {
        var now = clock.instant();
        return sessions.of(browser.person()).stream()
                .filter(session -> browser.id().equals(session.parent()))
                .filter(session -> CookieSessions.hasNotEnded(session, now));
    }

    private Session open(Session browser, AuthorizeRequest request, Binding binding) {
        return opening.open(new Opening(
                browser.principal(),
                browser.issuer(),
                request.client(),
                browser.login(),
                binding,
                browser.groups(),
                browser.id(),
                browser.startedFrom(),
                browser.userAgent(),
                browser.claims(),
                null,
                request.grant(),
                null));
    }
}
