package dev.countersign.http;

import dev.countersign.TlsSettings;
import dev.countersign.tls.ServerTls;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HTTP listener, with a bound on everything a client can hold on to. */
public final class Listener {
    /** Connections open at once; more wait in the backlog. */
    public static final int MAX_CONNECTIONS = 10_000;

    /**
     * A connection that sends nothing for this long is closed, in the middle of a request or between two. Longer than the
     * 30 s for which clients on java.net.http keep one, so that none writes to a connection that we just closed.
     */
    public static final Duration READ_TIMEOUT = Duration.ofSeconds(35);

    /** Bytes of all request headers together. */
    public static final int MAX_HEADER_BYTES = 32 * 1024;

    /** Name of the socket that asks for client certificates. */
    public static final String MUTUAL = "mutual";

    /** Bytes of the request line. */
    public static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;

    private Listener() {}

    /** The one resource whose {@code PUT} takes a body larger than {@link Json#MAX_BODY_BYTES}, see {@link LargeBodies}. */
    public static final String LARGE_BODIES = "/entities";

    /** Starts listening in plain HTTP; {@code port} 0 takes a free one. */
    public static WebServer start(String host, int port, HttpRouting.Builder routing) {
        return start(host, port, null, routing, READ_TIMEOUT);
    }

    /** As {@link #start(String, int, HttpRouting.Builder)}, over TLS unless {@code tls} is null. */
    public static WebServer start(String host, int port, @Nullable TlsSettings tls, HttpRouting.Builder routing) {
        return start(host, port, tls, routing, READ_TIMEOUT);
    }

    static WebServer start(
            String host, int port, @Nullable TlsSettings tls, HttpRouting.Builder routing, Duration readTimeout) {
        var connections = Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .maxHeadersSize(MAX_HEADER_BYTES)
                        .maxPrologueLength(MAX_REQUEST_LINE_BYTES)
                        .build())
                .build();
        var large = new LargeBodies(LARGE_BODIES, connections);
        routing.addFilter(large::filter);
        var server = WebServer.builder();
        configure(server, host, port, routing, readTimeout, List.of(large, connections));
        if (tls != null) {
            var ours = new ServerTls(tls);
            server.tls(ours.plain());
            var mutual = tls.mutual();
            if (mutual != null) {
                var second = ListenerConfig.builder();
                configure(second, host, mutual.port(), routing, readTimeout, List.of(large, connections));
                server.putSocket(MUTUAL, second.name(MUTUAL).tls(ours.mutual()).build());
            }
        }
        return server.shutdownHook(false).build().start();
    }

    private static void configure(
            ListenerConfig.BuilderBase<?, ?> listener,
            String host,
            int port,
            HttpRouting.Builder routing,
            Duration readTimeout,
            List<ServerConnectionSelector> selectors) {
        listener.host(host)
                .port(port)
                .addRouting(routing)
                .maxPayloadSize(Json.MAX_BODY_BYTES)
                .maxTcpConnections(MAX_CONNECTIONS)
                .useNio(false)
                .connectionOptions(new TimedReads(SocketOptions.builder()
                        .readTimeout(readTimeout)
                        .tcpNoDelay(true)
                        .build()))
                .connectionSelectors(selectors)
                .directHandlers(problems());
    }

    /** What the HTTP layer itself refuses is a problem document too. */
    private static DirectHandlers problems() {
        var handlers = DirectHandlers.builder();
        for (var event : DirectHandler.EventType.values()) {
            handlers.addHandler(event, Listener::refuse);
        }
        return handlers.build();
    }

    private static DirectHandler.TransportResponse refuse(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType event,
            Status status,
            ServerResponseHeaders headers,
            String message) {
        var problem = switch (event) {
            case PAYLOAD_TOO_LARGE -> Bodies.tooLarge();
            case BAD_REQUEST ->
                status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code() // by its Content-Length
                        ? Bodies.tooLarge()
                        : new Problem(400, "invalid-request", "The request could not be read");
            case FORBIDDEN -> Problem.forbidden("Refused");
            case INTERNAL_ERROR -> new Problem(500, "internal", "Something failed here; nothing was permitted");
            case HTTP_VERSION_NOT_SUPPORTED -> new Problem(505, "http", "HTTP version not supported");
            case OTHER -> new Problem(status.code(), "http", status.reasonPhrase());
        };
        headers.set(HeaderNames.CONTENT_TYPE, Problems.MEDIA_TYPE);
        return DirectHandler.TransportResponse.builder()
                .status(Status.create(problem.status()))
                .headers(headers)
                .entity(Problems.bytes(problem))
                .keepAlive(event.keepAlive())
                .build();
    }
}
