package dev.countersign.login;

import dev.countersign.Settings.IdentityProvider;
import dev.countersign.http.Answers;
import dev.countersign.http.ClientAddress;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.jose.ClockSkew;
import dev.countersign.session.Binding;
import dev.countersign.session.IdToken;
import dev.countersign.session.IdentityProviders;
import dev.countersign.session.InvalidIdToken;
import dev.countersign.session.Session;
import dev.countersign.session.SessionOpening;
import dev.countersign.session.SessionOpening.Opening;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code GET /login} to the identity provider, {@code GET /login/callback} back from it (OpenID Connect Core §3.1). */
final class LoginRoutes {
    /** The client of browsers' own sessions. */
    static final String CLIENT = "countersign";

    /** Longest user agent that is kept, characters. */
    static final int MAX_USER_AGENT = 255;

    /** How far the provider's clock may be behind ours when it says when somebody authenticated. */
    static final Duration SKEW = ClockSkew.ALLOWED;

    private static final Set<String> PROMPTS = Set.of("login", "select_account");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
    private static final Pattern INDEX = Pattern.compile("[0-9]{1,3}");

    private final IdentityProviders providers;
    private final LoginAttempts attempts;
    private final ProviderExchange exchange;
    private final ProviderStepUpRoutes stepUps;
    private final SessionOpening opening;
    private final CookieSessions browsers;
    private final Cookies cookies;
    private final Pages pages;
    private final Messages messages;
    private final InstantSource clock;
    private final SecureRandom random;

    LoginRoutes(
            IdentityProviders providers,
            LoginAttempts attempts,
            ProviderExchange exchange,
            ProviderStepUpRoutes stepUps,
            SessionOpening opening,
            CookieSessions browsers,
            Cookies cookies,
            Pages pages,
            InstantSource clock,
            SecureRandom random) {
        this.providers = providers;
        this.attempts = attempts;
        this.exchange = exchange;
        this.stepUps = stepUps;
        this.opening = opening;
        this.browsers = browsers;
        this.cookies = cookies;
        this.pages = pages;
        this.messages = new Messages(pages);
        this.clock = clock;
        this.random = random;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/login", this::start);
        routing.get("/login/callback", this::finish);
        stepUps.register(routing);
    }

    private void start(ServerRequest request, ServerResponse response) {
        var parameters = Parameters.of(request.prologue().query().rawValue());
        var returnTo = OwnPath.of(parameters.get("return_to").orElse("/"));
        var extra = extra(parameters);
        if (parameters.anySpoilt()
                || returnTo.isEmpty()
                || extra.isEmpty()
                || returnTo.flatMap(ProviderStepUp::underWay).isPresent()) {
            messages.send(response, 400, "This link does not work", "It was not made by a page of this site.");
            return;
        }
        var all = providers.all();
        if (all.isEmpty()) {
            messages.send(response, 503, "Nobody can log in", "No identity provider is configured.");
            return;
        }
        if (all.size() > 1 && parameters.get("provider").isEmpty()) {
            choose(response, returnTo.get(), extra.get());
            return;
        }
        var provider = provider(parameters.get("provider").orElse("0"));
        if (provider.isEmpty()) {
            messages.send(response, 400, "This link does not work", "There is no such identity provider.");
            return;
        }
        begin(request, response, provider.get(), returnTo.get(), extra.get());
    }

    /** What is passed on to the identity provider; empty when it is not well formed. */
    private static Optional<String> extra(Parameters parameters) {
        var query = new StringBuilder();
        for (var name : new String[] {"prompt", "max_age", "login_hint"}) {
            var value = parameters.get(name).orElse("");
            var fits = switch (name) {
                case "prompt" -> PROMPTS.contains(value);
                case "max_age" -> SECONDS.matcher(value).matches();
                default -> value.length() <= 255;
            };
            if (!value.isEmpty() && !fits) {
                return Optional.empty();
            }
            if (!value.isEmpty()) {
                query.append('&').append(Parameters.pair(name, value));
            }
        }
        if (parameters.get("prompt").orElse("").equals("login")
                && parameters.get("max_age").isEmpty()) {
            query.append("&max_age=0"); // then the ID token must say when (OpenID Connect Core §2, auth_time)
        }
        return Optional.of(query.toString());
    }

    private Optional<IdentityProvider> provider(String index) {
        var all = providers.all();
        return INDEX.matcher(index).matches() && Integer.parseInt(index) < all.size()
                ? Optional.of(all.get(Integer.parseInt(index)))
                : Optional.empty();
    }

    private void choose(ServerResponse response, OwnPath returnTo, String extra) {
        var links = new LinkedHashMap<String, String>();
        var all = providers.all();
        for (var i = 0; i < all.size(); i++) {
            links.put(
                    "/login?provider=" + i + "&" + Parameters.pair("return_to", returnTo.value()) + extra,
                    all.get(i).issuer().toString());
        }
        pages.send(response, 200, "providers.jte", Map.of("providers", links));
    }

    private void begin(
            ServerRequest request, ServerResponse response, IdentityProvider provider, OwnPath returnTo, String extra) {
        // Several tabs may log in at once: they share the browser's value, each has a state of its own.
        var browser = cookies.read(request, cookies.login()).orElseGet(() -> Opaque.mint(random));
        var state = Opaque.mint(random);
        try {
            var address = exchange.begin(provider, browser, state, returnTo, extra, notBefore(request));
            cookies.set(response, cookies.login(), browser, LoginAttempts.LIFE);
            Answers.redirect(response, address);
        } catch (Problem e) {
            failed(response, e.status() == 503 ? 503 : 502, e.detail(), returnTo);
        }
    }

    /** The oldest authentication that may answer what the request asks of the provider (§3.1.2.1). */
    private @Nullable Instant notBefore(ServerRequest request) {
        var parameters = Parameters.of(request.prologue().query().rawValue());
        var now = clock.instant();
        if (parameters.get("prompt").orElse("").equals("login")) {
            return now.minus(SKEW);
        }
        return parameters
                .get("max_age")
                .map(age -> now.minusSeconds(Long.parseLong(age)).minus(SKEW))
                .orElse(null);
    }

    private void finish(ServerRequest request, ServerResponse response) {
        var parameters = Parameters.of(request.prologue().query().rawValue());
        var browser = cookies.read(request, cookies.login());
        var state = parameters.get("state").filter(Opaque::hasForm);
        if (parameters.anySpoilt() || browser.isEmpty() || state.isEmpty()) {
            unknown(response);
            return;
        }
        var attempt = attempts.finish(state.get(), browser.get());
        if (attempt.isEmpty()) {
            unknown(response);
            return;
        }
        var stepUp = ProviderStepUp.underWay(attempt.get().returnTo());
        if (stepUp.isPresent()) {
            stepUps.finish(request, response, parameters, attempt.get(), stepUp.get(), browser.get(), state.get());
            return;
        }
        try {
            var token = exchange.confirm(parameters, attempt.get(), browser.get(), state.get(), false);
            browsers.begin(request, response, open(request, token), Opaque.mint(random));
            Answers.redirect(response, attempt.get().returnTo().value());
        } catch (InvalidIdToken e) {
            failed(
                    response,
                    502,
                    "The identity provider's answer cannot be trusted",
                    attempt.get().returnTo());
        } catch (Problem e) {
            failed(
                    response,
                    e.status() == 503 || e.status() == 403 ? e.status() : 502,
                    e.detail(),
                    attempt.get().returnTo());
        }
    }

    private Session open(ServerRequest request, IdToken token) {
        return opening.open(new Opening(
                token.principal(),
                token.issuer(),
                CLIENT,
                token.assurance(),
                new Binding.None(),
                token.groups(),
                null,
                ClientAddress.of(request),
                userAgent(request),
                token.claims(),
                token.account(),
                null,
                null));
    }

    private static @Nullable String userAgent(ServerRequest request) {
        return request.headers()
                .first(HeaderNames.USER_AGENT)
                .map(agent -> agent.length() > MAX_USER_AGENT ? agent.substring(0, MAX_USER_AGENT) : agent)
                .orElse(null);
    }

    private void unknown(ServerResponse response) {
        messages.send(
                response,
                400,
                "This login cannot be finished",
                "It was begun in another browser, took longer than " + LoginAttempts.LIFE.toMinutes()
                        + " minutes, or is already finished.",
                "/login",
                "Log in again");
    }

    private void failed(ServerResponse response, int status, String text, OwnPath returnTo) {
        messages.send(
                response,
                status,
                "You are not logged in",
                text + ".",
                "/login?" + Parameters.pair("return_to", returnTo.value()),
                "Try again");
    }
}
