package dev.countersign.login;

import dev.countersign.http.Problem;
import dev.countersign.session.Binding;
import dev.countersign.session.Session;
import dev.countersign.session.SessionOpening;
import dev.countersign.session.SessionOpening.Opening;
import dev.countersign.session.Sessions;
import java.time.InstantSource;

/** The applications' sessions within a browser's session. */
final class ApplicationSessions {
    /** Applications' sessions in one browser session; more are refused. */
    static final int MAX_CHILDREN = 100;

    private final Sessions sessions;
    private final SessionOpening opening;
    private final InstantSource clock;

    ApplicationSessions(Sessions sessions, SessionOpening opening, InstantSource clock) {
        this.sessions = sessions;
        this.opening = opening;
        this.clock = clock;
    }

    /** The session of this client and key in {@code browser} that has not ended, else a new one. */
    Session continueOrOpen(Session browser, AuthorizeRequest request) {
        var now = clock.instant();
        var binding = new Binding.DpopKey(request.thumbprint());
        var children = sessions.of(browser.person()).stream()
                .filter(session -> browser.id().equals(session.parent()))
                .filter(session -> CookieSessions.hasNotEnded(session, now))
                .toList();
        return children.stream()
                .filter(session -> session.client().equals(request.client()))
                .filter(session -> session.binding().equals(binding))
                .findFirst()
                .orElseGet(() -> {
                    if (children.size() >= MAX_CHILDREN) {
                        throw new Problem(429, "too-many-sessions", "Too many applications are open in this session");
                    }
                    return open(browser, request, binding);
                });
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
                browser.userAgent()));
    }
}
