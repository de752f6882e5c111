package dev.countersign.outbound;

import dev.countersign.OutboundSettings;
import dev.countersign.outbound.Destination.ChosenBy;
import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webclient.api.HttpClientResponse;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.http1.Http1Client;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to other servers: bounded in time, size and number, never redirected, over TLS (on this machine plain HTTP, where the
 * settings name the address), and never into a network of ours for others (see {@link Destination}). Each request has a
 * connection of its own: one that was checked for one destination is not used for another.
 */
public final class OutboundHttp {
    /** Largest answer, bytes, after decoding. */
    public static final int MAX_BYTES = 1 << 20;

    /** How long to wait for a connection. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** How long looking up the name, connecting, sending and the whole answer may take together. */
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Requests underway at once; more wait, for {@link #TIMEOUT} at most. */
    public static final int MAX_UNDERWAY = 64;

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final OutboundSettings settings;
    private final Set<String> privateHosts;
    private final Http1Client configured;
    private final Http1Client named;
    private final Semaphore underway = new Semaphore(MAX_UNDERWAY);

    public OutboundHttp(OutboundSettings settings) {
        this(settings, List.of());
    }

    /** One that trusts servers whose certificates chain to {@code anchors}, and no others; the machine's own when empty. */
    OutboundHttp(OutboundSettings settings, List<X509Certificate> anchors) {
        this.settings = settings;
        privateHosts = settings.privateHosts();
        var tls = anchors.isEmpty()
                ? Tls.builder().build()
                : Tls.builder().trust(anchors).build();
        configured = bounded(tls).build();
        named = bounded(tls)
                .proxy(Proxy.noProxy()) // a proxy would look up the name again, unchecked
                .dnsResolver(new CheckedResolver(privateHosts))
                .build();
    }

    /**
     * The same, but for servers whose certificates chain to those in the PEM file, and no others; this when it is null. Throws
     * {@link IllegalArgumentException} when the file cannot be read.
     */
    public OutboundHttp trusting(@Nullable Path anchors) {
        if (anchors == null) {
            return this;
        }
        try (var pem = Files.newInputStream(anchors)) {
            var certificates = CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException(anchors + " holds no certificate");
            }
            return new OutboundHttp(settings, certificates);
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException(anchors + " holds no certificates that can be read");
        }
    }

    private static io.helidon.webclient.http1.Http1ClientConfig.Builder bounded(Tls tls) {
        return Http1Client.builder()
                .tls(tls)
                .followRedirects(false)
                .keepAlive(false)
                .shareConnectionCache(false)
                .servicesDiscoverServices(false)
                .sendExpectContinue(false)
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(TIMEOUT);
    }

    /** Fetches it. Throws {@link OutboundFailure} when there is no answer, or the destination is not allowed. */
    public Answer get(Destination to) {
        return send(Method.GET, to, Map.of("Accept", "application/json"), null, TIMEOUT);
    }

    /** As {@link #get(Destination)}, with these headers. */
    public Answer get(Destination to, Map<String, String> headers) {
        return send(Method.GET, to, headers, null, TIMEOUT);
    }

    /** Sends {@code body}. Throws {@link OutboundFailure}; then it may have arrived all the same. */
    public Answer post(Destination to, String contentType, Map<String, String> headers, byte[] body) {
        return post(to, contentType, headers, body, TIMEOUT);
    }

    /** As above, for an answer that is held back until there is something to tell (RFC 8936 §2.4): {@code wait} bounds it. */
    public Answer post(Destination to, String contentType, Map<String, String> headers, byte[] body, Duration wait) {
        var all = new HashMap<>(headers);
        all.put("Content-Type", contentType);
        return send(Method.POST, to, all, body, wait);
    }

    private Answer send(
            Method method, Destination to, Map<String, String> headers, byte @Nullable [] body, Duration wait) {
        requireTls(to);
        var task = new FutureTask<>(() -> exchange(method, to, headers, body, wait));
        acquire();
        var thread = Thread.ofVirtual().name("outbound").unstarted(() -> {
            try {
                task.run();
            } finally {
                underway.release();
            }
        });
        thread.start();
        try {
            return task.get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (TimeoutException e) {
            task.cancel(true); // an interrupt closes the socket that a virtual thread waits for
            throw new OutboundFailure("No whole answer came within " + wait.toSeconds() + " seconds");
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new OutboundFailure("Interrupted");
        }
    }

    private void acquire() {
        try {
            if (!underway.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new OutboundFailure("Too many requests are underway");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutboundFailure("Interrupted");
        }
    }

    private Answer exchange(
            Method method, Destination to, Map<String, String> headers, byte @Nullable [] body, Duration wait)
            throws IOException {
        var client = to.chosenBy() == ChosenBy.OPERATOR ? configured : named;
        var request = client.method(method).uri(to.uri()).readTimeout(wait);
        headers.forEach((name, value) -> request.header(HeaderNames.create(name), value));
        try (var response = body == null ? request.request() : request.submit(body)) {
            return new Answer(response.status().code(), headers(response), body(response));
        }
    }

    private static Map<String, String> headers(HttpClientResponse response) {
        var headers = new HashMap<String, String>();
        response.headers().forEach(header -> headers.putIfAbsent(header.name().toLowerCase(Locale.ROOT), header.get()));
        return headers;
    }

    private static byte[] body(HttpClientResponse response) throws IOException {
        if (!response.entity().hasEntity()) {
            return new byte[0];
        }
        var body = response.inputStream().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            throw new OutboundFailure("The answer is larger than " + MAX_BYTES + " bytes");
        }
        return body;
    }

    private void requireTls(Destination to) {
        if (!isAllowed(to)) {
            throw new OutboundFailure("The address is not served over TLS");
        }
    }

    private boolean isAllowed(Destination to) {
        var scheme = to.uri().getScheme().toLowerCase(Locale.ROOT);
        return scheme.equals("https")
                || (scheme.equals("http")
                        && isThisMachine(to.uri())
                        && (to.chosenBy() == ChosenBy.OPERATOR
                                || privateHosts.contains(to.uri().getHost())));
    }

    /** True for names of the machine itself, which need no TLS to be reached safely. */
    public static boolean isThisMachine(URI uri) {
        return uri.getHost() != null && THIS_MACHINE.contains(uri.getHost());
    }

    /** What the network or the other server did is told without detail: it may hold what was sent. */
    private static OutboundFailure failure(ExecutionException e) {
        for (var why = e.getCause(); why != null; why = why.getCause()) {
            if (why instanceof OutboundFailure known) {
                return known;
            }
        }
        return new OutboundFailure("The server cannot be reached, or does not speak HTTP");
    }
}
