package dev.countersign.lab.bank;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;

/** The page and its files, under a policy that lets it talk to the bank and to Countersign and to nobody else. */
final class BankPages {
    private static final Map<String, String> FILES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "bank.css", "text/css; charset=utf-8",
            "bank.js", "text/javascript; charset=utf-8",
            "session.js", "text/javascript; charset=utf-8",
            "mark.svg", "image/svg+xml");

    private final String contentPolicy;

    BankPages(URI issuer) {
        contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' "
                + issuer.getScheme() + "://" + issuer.getAuthority()
                + "; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
    }

    void routes(HttpRouting.Builder routing) {
        routing.get("/", (request, response) -> send(response, "index.html"));
        routing.get("/callback", (request, response) -> send(response, "index.html"));
        routing.get("/bank/{file}", this::file);
    }

    private void file(ServerRequest request, ServerResponse response) {
        var name = request.path().pathParameters().get("file");
        if (FILES.containsKey(name)) {
            send(response, name);
        } else {
            response.status(404).send();
        }
    }

    private void send(ServerResponse response, String name) {
        response.header(HeaderNames.CONTENT_TYPE, FILES.getOrDefault(name, "application/octet-stream"));
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        response.header(HeaderNames.create("Content-Security-Policy"), contentPolicy);
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        response.header(HeaderNames.create("X-Frame-Options"), "DENY");
        response.header(HeaderNames.create("Referrer-Policy"), "no-referrer");
        response.header(HeaderNames.create("Cross-Origin-Opener-Policy"), "same-origin");
        response.send(read(name));
    }

    private static byte[] read(String name) {
        try (var file = BankPages.class.getResourceAsStream("/bank/" + name)) {
            if (file == null) {
                throw new IllegalStateException("The bank's build lacks " + name);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
