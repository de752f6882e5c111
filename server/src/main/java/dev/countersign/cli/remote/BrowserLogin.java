package dev.countersign.cli.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.key.RandomIds;
import dev.countersign.key.Sha256;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A login with the person's own browser: authorization code with PKCE, answered to a port of this machine (RFC 8252 §7.3). */
final class BrowserLogin {
    /** How long the person may take. */
    static final Duration MAX_TIME = Duration.ofMinutes(5);

    private BrowserLogin() {}

    /** The form for the token endpoint, when the person has logged in. Throws {@link ServerRefusal} otherwise. */
    static String code(ServerOptions options, String thumbprint, String more, PrintWriter out) {
        var ids = new RandomIds(new SecureRandom());
        var state = ids.next("");
        var verifier = ids.next("") + ids.next(""); // 44 characters, 256 bits (RFC 7636 §4.1)
        var answered = new CompletableFuture<Map<String, String>>();
        var listener = listen(options.redirect, answered);
        try {
            out.println("Open this in your browser:\n" + authorize(options, thumbprint, state, verifier) + more);
            out.flush();
            var answer = answered.get(MAX_TIME.toSeconds(), TimeUnit.SECONDS);
            if (!state.equals(answer.get("state"))
                    || !options.server.toString().equals(answer.get("iss"))) { // RFC 9207 §2.4
                throw new ServerRefusal("The browser brought the answer of another login");
            }
            if (!answer.containsKey("code")) {
                throw new ServerRefusal("No login: " + answer.get("error"));
            }
            return "grant_type=authorization_code&client_id=" + encode(options.client) + "&code="
                    + encode(String.valueOf(answer.get("code"))) + "&code_verifier=" + verifier + "&redirect_uri="
                    + encode(options.redirect.toString());
        } catch (TimeoutException e) {
            throw new ServerRefusal("Nobody logged in within " + MAX_TIME.toMinutes() + " minutes");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerRefusal("Interrupted");
        } finally {
            listener.stop(1); // second, for the page to arrive
        }
    }

    private static String authorize(ServerOptions options, String thumbprint, String state, String verifier) {
        return options.server + "/oauth/authorize?response_type=code&client_id=" + encode(options.client)
                + "&redirect_uri=" + encode(options.redirect.toString()) + "&state=" + state
                + "&code_challenge_method=S256&code_challenge=" + Sha256.base64url(verifier) + "&dpop_jkt="
                + thumbprint;
    }

    private static HttpServer listen(URI redirect, CompletableFuture<Map<String, String>> answered) {
        try {
            var server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), redirect.getPort()), 0);
            server.createContext(redirect.getPath(), exchange -> answer(exchange, answered));
            server.start();
            return server;
        } catch (IOException | IllegalArgumentException e) {
            throw new ServerRefusal("Cannot listen at " + redirect);
        }
    }

    private static void answer(HttpExchange exchange, CompletableFuture<Map<String, String>> answered)
            throws IOException {
        try (exchange) {
            var page = "Done. You may close this page and go back to the terminal.".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        }
        answered.complete(parameters(exchange.getRequestURI().getRawQuery())); // the browser has its page by now
    }

    private static Map<String, String> parameters(String query) {
        var parameters = new HashMap<String, String>();
        for (var pair : String.valueOf(query).split("&", -1)) {
            var parts = pair.split("=", 2);
            if (parts.length == 2) {
                parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
