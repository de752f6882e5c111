package dev.countersign.login;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What a person's browser does: keeps cookies of the deployment, follows nothing by itself. */
final class Browser {
    final Map<String, String> cookies = new LinkedHashMap<>();

    private final LoginDeployment deployment;
    private final HttpClient client = HttpClient.newHttpClient();

    Browser(LoginDeployment deployment) {
        this.deployment = deployment;
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        var direct = path.replace(deployment.issuer, deployment.origin);
        var request = HttpRequest.newBuilder(URI.create(direct.startsWith("/") ? deployment.origin + direct : direct));
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    HttpResponse<String> post(String path, String form, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(deployment.origin + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        var response = client.send(request.build(), BodyHandlers.ofString());
        for (var header : response.headers().allValues("Set-Cookie")) {
            var pair = header.substring(0, header.indexOf(';')).split("=", 2);
            cookies.put(pair[0], pair[1]);
            if (header.contains("Max-Age=0;")) {
                cookies.remove(pair[0]);
            }
        }
        return response;
    }

    /** Goes to the identity provider and comes back with its answer: the callback's address. */
    String atProvider(String person, String returnTo) throws Exception {
        var start = get("/login?" + Parameters.pair("return_to", returnTo));
        var form = HttpRequest.newBuilder(URI.create(location(start)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(
                        "username=" + person + "&claims=" + Parameters.encode("{\"groups\":[\"treasury\"]}")))
                .build();
        return location(client.send(form, BodyHandlers.ofString()));
    }

    /** As a click on a link of our own page. */
    HttpResponse<String> click(String path) throws Exception {
        return send(
                HttpRequest.newBuilder(URI.create(deployment.origin + path)).header("Sec-Fetch-Site", "same-origin"));
    }

    /** What the identity provider answers to {@code asked}, an address at it: the callback's address. */
    String answer(String asked, String person, String claims) throws Exception {
        var form = HttpRequest.newBuilder(URI.create(asked))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("username=" + person + "&claims=" + Parameters.encode(claims)))
                .build();
        return location(client.send(form, BodyHandlers.ofString()));
    }

    HttpResponse<String> logIn(String person) throws Exception {
        return get(atProvider(person, "/page"));
    }

    static String location(HttpResponse<String> response) {
        return response.headers().firstValue("Location").orElseThrow(() -> new AssertionError(response.body()));
    }

    /** A parameter of the address that {@code response} redirects to. */
    static String parameter(HttpResponse<String> response, String name) {
        return Parameters.of(URI.create(location(response)).getRawQuery())
                .get(name)
                .orElse("");
    }
}
