package dev.countersign.login;

import dev.countersign.Settings.IdentityProvider;
import dev.countersign.http.Answers;
import dev.countersign.http.Problem;
import dev.countersign.login.LoginAttempts.LoginAttempt;
import dev.countersign.session.Acr;
import dev.countersign.session.Assurance;
import dev.countersign.session.IdToken;
import dev.countersign.session.IdentityProviders;
import dev.countersign.session.InvalidIdToken;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.Sessions;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code GET /step-up/provider}: the identity provider authenticates the person of a session again, more strongly or just
 * now, and that one session is raised to what it then says (RFC 9470 §4). It raises no suspended session: whoever stole
 * one may have stolen the login too.
 */
final class ProviderStepUpRoutes {
    private final IdentityProviders providers;
    private final ProviderExchange exchange;
    private final Sessions sessions;
    private final CookieSessions browsers;
    private final Cookies cookies;
    private final Messages messages;
    private final InstantSource clock;
    private final SecureRandom random;

    ProviderStepUpRoutes(
            IdentityProviders providers,
            ProviderExchange exchange,
            Sessions sessions,
            CookieSessions browsers,
            Cookies cookies,
            Messages messages,
            InstantSource clock,
            SecureRandom random) {
        this.providers = providers;
        this.exchange = exchange;
        this.sessions = sessions;
        this.browsers = browsers;
        this.cookies = cookies;
        this.messages = messages;
        this.clock = clock;
        this.random = random;
    }

    void register(HttpRouting.Builder routing) {
        routing.get(ProviderStepUp.PATH, this::start);
    }

    private void start(ServerRequest request, ServerResponse response) {
        var browser = browsers.require(request, response);
        if (browser.isEmpty()) {
            return;
        }
        var asked = ProviderStepUp.read(Parameters.of(request.prologue().query().rawValue()));
        var underWay = asked.flatMap(ProviderStepUp::underWay);
        if (asked.isEmpty() || underWay.isEmpty()) {
            messages.send(response, 400, "This link does not work", "It was not made by a page of this site.");
            return;
        }
        if (!isOwnLink(request)) {
            // Another site's link must not raise a session that somebody else may hold too: the person has to want it.
            Answers.redirect(response, asked.get().page().orElse(OwnPath.HOME).value());
            return;
        }
        try {
            var session = own(browser.get(), asked.get().session());
            var provider = provider(session);
            var classes = providers.acrValues(provider, asked.get().acr());
            if (classes.isEmpty()) {
                throw refused("The identity provider cannot confirm you as strongly as this needs");
            }
            var value = cookies.read(request, cookies.login()).orElseGet(() -> Opaque.mint(random));
            var extra = "&" + Parameters.pair("acr_values", String.join(" ", classes)) + "&"
                    + Parameters.pair(
                            "max_age", Long.toString(asked.get().maxAge().toSeconds()));
            var address = exchange.begin(provider, value, Opaque.mint(random), underWay.get(), extra, null);
            cookies.set(response, cookies.login(), value, LoginAttempts.LIFE);
            Answers.redirect(response, address);
        } catch (Problem e) {
            failed(response, e, asked.get());
        }
    }

    /** By Fetch Metadata. In a browser without it this way is closed: it stays on the page, where an authenticator confirms. */
    private static boolean isOwnLink(ServerRequest request) {
        return request.headers()
                .first(HeaderNames.create("Sec-Fetch-Site"))
                .filter("same-origin"::equals)
                .isPresent();
    }

    /** Ends the attempt, whatever comes of it. */
    void finish(
            ServerRequest request,
            ServerResponse response,
            Parameters answer,
            LoginAttempt attempt,
            ProviderStepUp asked,
            String value,
            String state) {
        try {
            var browser = browsers.of(request).orElseThrow(() -> refused("The session to confirm has ended"));
            var session = own(browser, asked.session());
            raise(session, asked, confirm(session, answer, attempt, value, state));
            Answers.redirect(response, asked.returnTo().value());
        } catch (Problem e) {
            failed(response, e, asked);
        }
    }

    private IdToken confirm(Session session, Parameters answer, LoginAttempt attempt, String value, String state) {
        try {
            return exchange.confirm(answer, attempt, value, state, true);
        } catch (InvalidIdToken e) {
            throw notedOn(session, "The identity provider's answer cannot be trusted");
        }
    }

    private void raise(Session session, ProviderStepUp asked, IdToken token) {
        var now = clock.instant();
        if (!token.issuer().equals(session.issuer()) || !token.principal().equals(session.principal())) {
            throw notedOn(session, "Another person confirmed than the one who is logged in");
        }
        var reached = token.assurance();
        if (!Acr.satisfies(reached.acr(), asked.acr())) {
            throw notedOn(session, "The identity provider did not confirm you as strongly as this needs");
        }
        if (!asked.isYoungEnough(reached.at(), now)) {
            throw notedOn(session, "The identity provider did not ask you to authenticate again");
        }
        if (!asked.isMetBy(session, now)) { // what is stronger and young enough is not overwritten by less
            var at = reached.at().isAfter(now) ? now : reached.at();
            sessions.raise(session.id(), new Assurance(reached.acr(), reached.amr(), at));
        }
    }

    /** The browser's own session or one opened in it, live; anything else does not exist for this browser. */
    private Session own(Session browser, SessionId id) {
        return Optional.of(id)
                .flatMap(sessions::find)
                .filter(session ->
                        session.id().equals(browser.id()) || browser.id().equals(session.parent()))
                .filter(session -> session.person().equals(browser.person()))
                .filter(session -> session.isLive(clock.instant()) && browser.isLive(clock.instant()))
                .orElseThrow(() -> refused("There is no such live session in this browser"));
    }

    private IdentityProvider provider(Session session) {
        return providers
                .byIssuer(session.issuer())
                .orElseThrow(() -> refused("The identity provider of this session is not configured any more"));
    }

    private Problem notedOn(Session session, String detail) {
        sessions.signal(session.id(), "step_up_failed", detail);
        return refused(detail);
    }

    private static Problem refused(String detail) {
        return new Problem(403, "step-up-refused", detail);
    }

    private void failed(ServerResponse response, Problem problem, ProviderStepUp asked) {
        messages.send(
                response,
                problem.status(),
                "You are not confirmed",
                problem.detail() + ".",
                asked.page().orElse(OwnPath.HOME).value(),
                "Try again");
    }
}
