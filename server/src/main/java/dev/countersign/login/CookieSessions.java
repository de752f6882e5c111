package dev.countersign.login;

import dev.countersign.Settings;
import dev.countersign.http.Answers;
import dev.countersign.http.Problem;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Session;
import dev.countersign.session.SessionState;
import dev.countersign.session.Sessions;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Browser sessions by the cookie of our own origin: a new value at each login, the one before it ended. */
final class CookieSessions implements BrowserSessions {
    private final String origin;
    private final Cookies cookies;
    private final BrowserCookies remembered;
    private final Sessions sessions;
    private final InstantSource clock;

    CookieSessions(
            Settings settings, Cookies cookies, BrowserCookies remembered, Sessions sessions, InstantSource clock) {
        this.origin = origin(settings);
        this.cookies = cookies;
        this.remembered = remembered;
        this.sessions = sessions;
        this.clock = clock;
    }

    private static String origin(Settings settings) {
        return settings.issuer().getScheme() + "://" + settings.issuer().getRawAuthority();
    }

    @Override
    public Optional<Session> of(ServerRequest request) {
        return cookies.read(request, cookies.session())
                .flatMap(remembered::find)
                .flatMap(sessions::find)
                .filter(session -> hasNotEnded(session, clock.instant()));
    }

    /** Live or suspended. */
    static boolean hasNotEnded(Session session, Instant now) {
        return session.state() != SessionState.ENDED
                && now.isBefore(session.idleExpiresAt())
                && now.isBefore(session.expiresAt());
    }

    @Override
    public Optional<Session> require(ServerRequest request, ServerResponse response) {
        var session = of(request);
        if (session.isEmpty()) {
            if (!asksForPage(request)) {
                throw Problem.unauthorized("Log in first");
            }
            Answers.redirect(
                    response,
                    "/login?" + Parameters.pair("return_to", asked(request).value()));
        }
        session.filter(found -> found.isLive(clock.instant())).ifPresent(sessions::used);
        return session;
    }

    private static boolean asksForPage(ServerRequest request) {
        return request.prologue().method().equals(Method.GET)
                && !request.headers().first(HeaderNames.ACCEPT).orElse("").startsWith("application/json");
    }

    private static OwnPath asked(ServerRequest request) {
        var query = request.prologue().query().rawValue();
        var path = request.prologue().uriPath().rawPath();
        return OwnPath.of(query.isEmpty() ? path : path + "?" + query).orElse(OwnPath.HOME);
    }

    @Override
    public void refuseForeign(ServerRequest request) {
        var site = request.headers().first(HeaderNames.create("Sec-Fetch-Site"));
        var own = site.isPresent()
                ? site.get().equals("same-origin")
                : request.headers()
                        .first(HeaderNames.ORIGIN)
                        .filter(origin::equals)
                        .isPresent();
        if (!own) {
            throw Problem.forbidden("Only this site's own pages may ask for this");
        }
    }

    /** Gives the browser a new cookie for {@code session} and ends what its old cookie stood for. */
    void begin(ServerRequest request, ServerResponse response, Session session, String cookie) {
        end(request, "replaced by a new login");
        remembered.remember(cookie, session);
        cookies.set(response, cookies.session(), cookie, Duration.between(clock.instant(), session.expiresAt()));
    }

    /** Ends the browser's session with everything that was opened in it, and takes the cookie away. */
    void end(ServerRequest request, ServerResponse response, String reason) {
        end(request, reason);
        cookies.remove(response, cookies.session());
    }

    private void end(ServerRequest request, String reason) {
        cookies.read(request, cookies.session())
                .ifPresent(cookie -> remembered.find(cookie).ifPresent(session -> {
                    sessions.end(session, reason);
                    remembered.forget(cookie, session);
                }));
    }
}
