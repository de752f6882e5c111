package dev.countersign.login;

import dev.countersign.Settings;
import dev.countersign.dbsc.DbscFeature;
import dev.countersign.http.Answers;
import dev.countersign.http.Problem;
import dev.countersign.login.KeyGate.Verdict;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.session.Sessions;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Browser sessions by the cookie of our own origin: a new value at each login, the one before it ended. */
final class CookieSessions implements BrowserSessions {
    private static final HeaderName REGISTRATION = HeaderNames.create("Secure-Session-Registration");

    private final String origin;
    private final Cookies cookies;
    private final BrowserCookies remembered;
    private final Sessions sessions;
    private final DbscFeature keys;
    private final KeyGate gate;
    private final InstantSource clock;

    CookieSessions(
            Settings settings,
            Cookies cookies,
            BrowserCookies remembered,
            Sessions sessions,
            DbscFeature keys,
            KeyGate gate,
            InstantSource clock) {
        this.origin = origin(settings);
        this.cookies = cookies;
        this.remembered = remembered;
        this.sessions = sessions;
        this.keys = keys;
        this.gate = gate;
        this.clock = clock;
    }

    private static String origin(Settings settings) {
        return settings.issuer().getScheme() + "://" + settings.issuer().getRawAuthority();
    }

    @Override
    public Optional<Session> of(ServerRequest request) {
        return identified(request).filter(session -> gate.isProved(request, session));
    }

    /** The session that the cookie names, whoever sent it. */
    private Optional<Session> identified(ServerRequest request) {
        return named(request).flatMap(sessions::find).filter(session -> hasNotEnded(session, clock.instant()));
    }

    /** The session that the cookie was given for, whatever became of it. */
    Optional<SessionId> named(ServerRequest request) {
        return cookies.read(request, cookies.session()).flatMap(remembered::find);
    }

    /** Live or suspended. */
    static boolean hasNotEnded(Session session, Instant now) {
        return session.state() != SessionState.ENDED
                && now.isBefore(session.idleExpiresAt())
                && now.isBefore(session.expiresAt());
    }

    @Override
    public Optional<Session> require(ServerRequest request, ServerResponse response) {
        var named = identified(request);
        var verdict = named.map(found -> gate.admit(request, response, found)).orElse(Verdict.REFUSED);
        if (verdict == Verdict.ANSWERED) {
            return Optional.empty();
        }
        var session = verdict == Verdict.ADMITTED ? named : Optional.<Session>empty();
        if (session.isEmpty()) {
            if (!asksForPage(request)) {
                throw Problem.unauthorized("Log in first");
            }
            Answers.redirect(
                    response,
                    "/login?"
                            + Parameters.pair(
                                    "return_to", KeyGate.address(request).value()));
        }
        session.filter(found -> found.isLive(clock.instant())).ifPresent(sessions::used);
        return session;
    }

    private static boolean asksForPage(ServerRequest request) {
        return request.prologue().method().equals(Method.GET)
                && !request.headers().first(HeaderNames.ACCEPT).orElse("").startsWith("application/json");
    }

    @Override
    public Optional<Session> requireFresh(ServerRequest request, ServerResponse response) {
        var session = require(request, response);
        if (session.isPresent() && demandsProof(request, response, session.get())) {
            return Optional.empty();
        }
        return session;
    }

    /** True when the proof is not fresh; the answer then asks for one. */
    boolean demandsProof(ServerRequest request, ServerResponse response, Session session) {
        if (gate.isFresh(request, session)) {
            return false;
        }
        gate.demandProof(request, response, session);
        return true;
    }

    /** True when the request is held back until the browser has proved its key; it is answered then. */
    boolean holdsBack(ServerRequest request, ServerResponse response) {
        return identified(request)
                .map(session -> gate.admit(request, response, session) == Verdict.ANSWERED)
                .orElse(false);
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
        keys.offer(session).ifPresent(offer -> {
            keys.cookies().expire(response);
            response.header(HeaderValues.create(REGISTRATION, offer));
        });
    }

    /** Ends the browser's session with everything that was opened in it, and takes the cookie away. */
    void end(ServerRequest request, ServerResponse response, String reason) {
        end(request, reason);
        keys.cookies().expire(response);
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
