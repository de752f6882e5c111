package dev.countersign.lab.person;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** Cookies and visible redirects. Cookies belong to a host whatever its port, as in every browser (RFC 6265 §8.5). */
public final class Browser {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http;
    private final Map<String, Map<String, String>> jar = new TreeMap<>();
    private final List<Hop> hops = new ArrayList<>();

    /** One that trusts what this machine trusts. */
    public Browser() {
        this(builder().build());
    }

    /** One that trusts what {@code tls} trusts. */
    public Browser(SSLContext tls) {
        this(builder().sslContext(tls).build());
    }

    private Browser(HttpClient http) {
        this.http = http;
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(TIMEOUT);
    }

    /** Sends one request with this browser's cookies; follows nothing. */
    public Hop send(String method, URI uri, Map<String, String> headers, String body) {
        var request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        var cookies = cookies(uri);
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        try {
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            answer.headers().allValues("set-cookie").forEach(cookie -> keep(uri, cookie));
            var names = new LinkedHashMap<String, String>();
            answer.headers()
                    .map()
                    .forEach((name, values) -> names.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            var hop = new Hop(method, uri, answer.statusCode(), names, answer.body());
            hops.add(hop);
            return hop;
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    /** The cookies that go to this host: what malware on the machine would steal. */
    public Map<String, String> cookies(URI uri) {
        return Map.copyOf(jar.getOrDefault(String.valueOf(uri.getHost()), Map.of()));
    }

    /** Puts a cookie into the jar, as a thief with another's cookie does. */
    public void plant(URI uri, String name, String value) {
        jar.computeIfAbsent(String.valueOf(uri.getHost()), host -> new TreeMap<>())
                .put(name, value);
    }

    /** Everything that was sent so far, in order. */
    public List<Hop> hops() {
        return List.copyOf(hops);
    }

    private void keep(URI uri, String header) {
        for (var cookie : HttpCookie.parse(header)) {
            if (cookie.getMaxAge() == 0) {
                jar.getOrDefault(String.valueOf(uri.getHost()), new TreeMap<>()).remove(cookie.getName());
            } else {
                plant(uri, cookie.getName(), cookie.getValue());
            }
        }
    }
}
