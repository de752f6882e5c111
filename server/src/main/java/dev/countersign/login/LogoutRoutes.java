package dev.countersign.login;

import dev.countersign.Settings;
import dev.countersign.http.Bodies;
import dev.countersign.http.Pages;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /logout}: our own button, and applications that send people here (OpenID Connect RP-Initiated Logout). */
final class LogoutRoutes {
    private final List<Settings.Client> clients;
    private final CookieSessions browsers;
    private final Pages pages;
    private final Messages messages;

    LogoutRoutes(Settings settings, CookieSessions browsers, Pages pages) {
        this.clients = settings.clients();
        this.browsers = browsers;
        this.pages = pages;
        this.messages = new Messages(pages);
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/logout", this::ask);
        routing.post("/logout", this::end);
    }

    private void ask(ServerRequest request, ServerResponse response) {
        var parameters = Parameters.of(request.prologue().query().rawValue());
        var client = parameters.get("client_id").orElse("");
        var asked = parameters.get("post_logout_redirect_uri").orElse("");
        var back = back(client, asked);
        if (parameters.anySpoilt() || (!asked.isEmpty() && back.isEmpty())) {
            messages.send(
                    response,
                    400,
                    "This link does not work",
                    "The application asked to send you to an address that is not its own.");
            return;
        }
        if (browsers.of(request).isEmpty()) {
            done(response, back);
            return;
        }
        pages.send(response, 200, "logout.jte", Map.of("client", client, "returnTo", asked));
    }

    private void end(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        var form = request.content().hasEntity() ? Bodies.form(request) : Map.<String, String>of();
        browsers.end(request, response, "logout");
        done(response, back(form.getOrDefault("client_id", ""), form.getOrDefault("post_logout_redirect_uri", "")));
    }

    /** A link, not a redirect: the pages' own rule (CSP form-action) lets no form lead to another origin. */
    private void done(ServerResponse response, Optional<URI> back) {
        messages.send(
                response,
                200,
                "You are logged out",
                "Your session here has ended, and so have those of the applications that you opened with it.",
                back.map(URI::toString).orElse("/login"),
                back.isPresent() ? "Back to " + back.get().getRawAuthority() : "Log in again");
    }

    /** The address when it is of the origin of one of the client's registered redirect URIs. */
    private Optional<URI> back(String client, String address) {
        URI uri;
        try {
            uri = URI.create(address);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return clients.stream()
                        .filter(known -> known.id().equals(client))
                        .flatMap(known -> known.redirectUris().stream())
                        .anyMatch(registered -> isSameOrigin(registered, uri))
                ? Optional.of(uri)
                : Optional.empty();
    }

    private static boolean isSameOrigin(URI registered, URI uri) {
        return uri.getScheme() != null
                && (uri.getScheme().equals("https") || uri.getScheme().equals("http"))
                && uri.getRawUserInfo() == null
                && uri.getScheme().equals(registered.getScheme())
                && uri.getRawAuthority() != null
                && uri.getRawAuthority().equals(registered.getRawAuthority());
    }
}
