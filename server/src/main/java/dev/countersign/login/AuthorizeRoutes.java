package dev.countersign.login;

import dev.countersign.Settings;
import dev.countersign.http.Answers;
import dev.countersign.http.Problem;
import dev.countersign.session.Acr;
import dev.countersign.session.Binding;
import dev.countersign.session.DetailTypes;
import dev.countersign.session.Session;
import dev.countersign.session.SessionState;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code GET /oauth/authorize}: a browser that is logged in brings its application a code. */
final class AuthorizeRoutes {
    private final String issuer;
    private final List<Settings.Client> clients;
    private final CookieSessions browsers;
    private final ApplicationSessions applications;
    private final Codes codes;
    private final Messages messages;
    private final InstantSource clock;

    AuthorizeRoutes(
            Settings settings,
            CookieSessions browsers,
            ApplicationSessions applications,
            Codes codes,
            Messages messages,
            InstantSource clock) {
        this.issuer = settings.issuer().toString();
        this.clients = settings.clients();
        this.browsers = browsers;
        this.applications = applications;
        this.codes = codes;
        this.messages = messages;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing, DetailTypes types) {
        routing.get("/oauth/authorize", (request, response) -> authorize(request, response, types));
    }

    private void authorize(ServerRequest request, ServerResponse response, DetailTypes types) {
        var parameters = Parameters.of(request.prologue().query().rawValue());
        var client = parameters.get("client_id").flatMap(this::client);
        var redirectUri = parameters.get("redirect_uri");
        if (client.isEmpty() || redirectUri.isEmpty() || !isRegistered(client.get(), redirectUri.get())) {
            // RFC 6749 §4.1.2.1: never redirect to an address that is not known to be the application's
            messages.send(
                    response,
                    400,
                    "This link does not work",
                    "The application that sent you here is not known, or asked to send you back to an address that is"
                            + " not registered for it.");
            return;
        }
        var state = parameters.get("state").orElse(null);
        try {
            var asked = AuthorizeRequest.read(parameters, client.get(), redirectUri.get(), types);
            answer(request, response, asked);
        } catch (AuthorizeRefusal e) {
            refuse(response, redirectUri.get(), state, e);
        } catch (Problem e) {
            var error = e.status() >= 500 || e.status() == 429 ? "temporarily_unavailable" : "server_error";
            refuse(response, redirectUri.get(), state, new AuthorizeRefusal(error, e.detail()));
        }
    }

    private void answer(ServerRequest request, ServerResponse response, AuthorizeRequest asked) {
        var silent = "none".equals(asked.prompt());
        var again = asked.path().orElseThrow(() -> new AuthorizeRefusal("invalid_request", "The request is too long"));
        if (browsers.holdsBack(request, response)) {
            return;
        }
        var browser = browsers.of(request).orElse(null);
        if (browser == null || (asked.prompt() != null && !silent)) {
            login(response, again, asked.prompt(), silent);
            return;
        }
        var known = applications.find(browser, asked);
        if (!applications.isBound(browser, asked) && !isSuspended(browser)) {
            if (browser.binding() instanceof Binding.DbscKey) {
                if (browsers.demandsProof(request, response, browser)) {
                    return;
                }
            } else if (!applications.mayBindKey(browser)) {
                login(response, again, "login", silent);
                return;
            }
        }
        // Nothing is opened in a suspended browser session until a step-up makes it active again.
        var session = isSuspended(browser) ? browser : known.orElseGet(() -> applications.open(browser, asked));
        if (!isSuspended(session) && asked.isMetBy(session, clock.instant())) {
            back(response, asked.redirectUri(), asked.state(), Parameters.pair("code", codes.issue(session, asked)));
            return;
        }
        if (asked.reachable().isEmpty() && !isSuspended(session)) {
            // RFC 9470 §5
            throw new AuthorizeRefusal("unmet_authentication_requirements", "No acr_values can be reached here");
        }
        if (silent) {
            throw new AuthorizeRefusal("interaction_required", "The person has to authenticate again");
        }
        stepUp(response, session, asked, again);
    }

    private static void login(ServerResponse response, OwnPath again, @Nullable String prompt, boolean silent) {
        if (silent) {
            throw new AuthorizeRefusal("login_required", "The person has to log in");
        }
        var how = prompt == null ? "" : "&" + Parameters.pair("prompt", prompt);
        Answers.redirect(response, "/login?" + Parameters.pair("return_to", again.value()) + how);
    }

    private static boolean isSuspended(Session session) {
        return session.state() == SessionState.SUSPENDED;
    }

    private static void stepUp(ServerResponse response, Session session, AuthorizeRequest asked, OwnPath again) {
        var maxAge = asked.maxAge() == null
                ? ""
                : "&" + Parameters.pair("max_age", Long.toString(asked.maxAge().toSeconds()));
        Answers.redirect(
                response,
                "/step-up?" + Parameters.pair("session", session.id().value())
                        + "&" + Parameters.pair("acr_values", asked.reachable().orElse(Acr.PHR))
                        + maxAge
                        + "&" + Parameters.pair("return_to", again.value()));
    }

    private void refuse(ServerResponse response, String redirectUri, @Nullable String state, AuthorizeRefusal refusal) {
        var answer = Parameters.pair("error", refusal.error()) + "&"
                + Parameters.pair("error_description", refusal.description());
        back(response, redirectUri, state, answer);
    }

    private void back(ServerResponse response, String redirectUri, @Nullable String state, String answer) {
        var query = answer + (state == null ? "" : "&" + Parameters.pair("state", state)) + "&"
                + Parameters.pair("iss", issuer); // RFC 9207
        Answers.redirect(response, Parameters.append(redirectUri, query));
    }

    private Optional<Settings.Client> client(String id) {
        return clients.stream().filter(client -> client.id().equals(id)).findFirst();
    }

    /** RFC 9700 §2.1: exact string comparison. */
    private static boolean isRegistered(Settings.Client client, String redirectUri) {
        return client.redirectUris().stream()
                .anyMatch(registered -> registered.toString().equals(redirectUri));
    }
}
