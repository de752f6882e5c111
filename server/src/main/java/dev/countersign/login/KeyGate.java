package dev.countersign.login;

import dev.countersign.dbsc.BoundCookies;
import dev.countersign.dbsc.Standing;
import dev.countersign.http.Problem;
import dev.countersign.session.Session;
import dev.countersign.session.Sessions;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * Holds back requests whose cookie names a session that is bound to a browser's key, unless they come from the browser that
 * has it. A browser that has the key proves it before its request goes out, so a request without proof is a sign that the
 * cookie was copied, except where the browser could not have: see {@link #unproved}.
 */
final class KeyGate {
    private static final HeaderName SKIPPED = HeaderNames.create("Secure-Session-Skipped");
    private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final HeaderName MODE = HeaderNames.create("Sec-Fetch-Mode");

    private final BoundCookies cookies;
    private final Sessions sessions;
    private final Messages messages;

    KeyGate(BoundCookies cookies, Sessions sessions, Messages messages) {
        this.cookies = cookies;
        this.sessions = sessions;
        this.messages = messages;
    }

    /** What becomes of a request. */
    enum Verdict {
        /** Goes on. */
        ADMITTED,
        /** Was answered so that the browser proves its key and asks again. */
        ANSWERED,
        /** Has no session to act with. */
        REFUSED
    }

    /** True when the request itself shows what its session's binding asks for. Changes nothing. */
    boolean isProved(ServerRequest request, Session session) {
        return switch (cookies.of(request, session)) {
            case Standing.Unbound unbound -> true;
            case Standing.Proved proved -> true;
            case Standing.Missing missing -> false;
            case Standing.Superseded superseded -> false;
        };
    }

    /** Admits the request, or holds it back; what looks like a copied cookie suspends the session. */
    Verdict admit(ServerRequest request, ServerResponse response, Session session) {
        return switch (cookies.of(request, session)) {
            case Standing.Unbound unbound -> Verdict.ADMITTED;
            case Standing.Proved proved -> Verdict.ADMITTED;
            case Standing.Missing missing -> unproved(request, response, session);
            case Standing.Superseded superseded -> {
                suspect(
                        session,
                        "bound_cookie_superseded",
                        "A copy of the browser's cookie: an earlier bound cookie was used after the browser had a newer one");
                yield Verdict.REFUSED;
            }
        };
    }

    private Verdict unproved(ServerRequest request, ServerResponse response, Session session) {
        if (request.headers()
                .contains(SKIPPED)) { // draft "Secure-Session-Skipped": only a hint, so nothing is permitted
            sessions.signal(session.id(), "proof_skipped", "The browser says that it could not prove its key just now");
            throw new Problem(
                            429,
                            "proof-skipped",
                            "Your browser may prove its key only so often, or could not reach us; try again in a few minutes")
                    .header("Retry-After", "60");
        }
        if (cookies.isJustBound(session)) { // sent before the browser had its first bound cookie
            again(request, response);
            return Verdict.ANSWERED;
        }
        if (isFollowedLink(request)) {
            bounce(request, response);
            return Verdict.ANSWERED;
        }
        suspect(
                session,
                "bound_cookie_missing",
                "A copy of the browser's cookie: it was used without a proof of the browser's key");
        return Verdict.REFUSED;
    }

    private void suspect(Session session, String kind, String reason) {
        sessions.signal(session.id(), kind, reason);
        sessions.suspend(session.id(), reason);
    }

    /** True when a page of another site led here: for those, browsers send the request without proving the key first. */
    private static boolean isFollowedLink(ServerRequest request) {
        var site = request.headers().first(SITE).orElse("");
        return request.prologue().method().equals(Method.GET)
                && request.headers().first(MODE).orElse("").equals("navigate")
                && (site.equals("cross-site") || site.equals("same-site"));
    }

    /** A page of our own that leads to the same address: now it is we who ask, and the browser proves its key first. */
    private void bounce(ServerRequest request, ServerResponse response) {
        var path = address(request);
        response.header(HeaderValues.create(HeaderNames.create("Refresh"), "0;url=" + path.value()));
        messages.send(
                response,
                200,
                "One moment",
                "Your browser proves that it is the one that logged in.",
                path.value(),
                "Go on");
    }

    /** True when a protected action may go on: no key to prove, or proved just now. */
    boolean isFresh(ServerRequest request, Session session) {
        return cookies.isFresh(cookies.of(request, session));
    }

    /** Takes the bound cookie away and has the browser ask again: only the one with the key comes back with a new one. */
    void demandProof(ServerRequest request, ServerResponse response, Session session) {
        if (!cookies.demand(request, response, session)) {
            suspect(
                    session,
                    "bound_cookie_kept",
                    "A copy of the browser's cookie: a bound cookie was used again and again after it was taken away");
            throw Problem.unauthorized("Log in first");
        }
        again(request, response);
    }

    /** 307 to the same address, with the same method and body (RFC 9110 §15.4.8). */
    private static void again(ServerRequest request, ServerResponse response) {
        response.status(307);
        response.header(
                HeaderValues.create(HeaderNames.LOCATION, address(request).value()));
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.send();
    }

    /** The request's own address. */
    static OwnPath address(ServerRequest request) {
        var query = request.prologue().query().rawValue();
        var path = request.prologue().uriPath().rawPath();
        return OwnPath.of(query.isEmpty() ? path : path + "?" + query).orElse(OwnPath.HOME);
    }
}
