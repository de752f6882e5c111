package dev.countersign.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/**
 * Connections that carry one large body. Helidon 4.5 knows one largest body for all of a listener, and takes a chunk of a
 * chunked body whole into memory: a larger one for everybody would let anyone fill the heap. So a connection whose first
 * line puts something to the one path that takes large bodies gets a limit of its own, must declare its length, and ends
 * with its answer.
 *
 * @param path of the only resource that takes them
 * @param ordinary what serves the connection but for that
 */
record LargeBodies(String path, Http1ConnectionSelector ordinary) implements ServerConnectionSelector {
    /** Largest body of such a request, bytes. */
    static final long MAX_BYTES = 1L << 30;

    /** Decided by what arrived first: a request line comes whole, and one that does not is an ordinary one. */
    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData data) {
        var line = ("PUT " + path).getBytes(StandardCharsets.US_ASCII);
        if (data.available() <= line.length) {
            return Support.UNSUPPORTED;
        }
        for (var expected : line) {
            if (data.read() != expected) {
                return Support.UNSUPPORTED;
            }
        }
        var next = data.read();
        return next == ' ' || next == '?' ? Support.SUPPORTED : Support.UNSUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return Set.of();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        var listener = context.listenerContext();
        var config = ListenerConfig.builder(listener.config())
                .maxPayloadSize(MAX_BYTES)
                .buildPrototype();
        return ordinary.connection(new Context(context, new LargeListener(listener, config)));
    }

    /** Comes before every route. */
    void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (!(request.listenerContext() instanceof LargeListener)) {
            chain.proceed();
            return;
        }
        response.header(HeaderValues.CONNECTION_CLOSE); // what is left of the body is not read
        if (request.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
            throw new Problem(411, "length-required", "Send Content-Length");
        }
        chain.proceed();
    }

    private record LargeListener(ListenerContext ordinary, ListenerConfig config) implements ListenerContext {
        @Override
        public io.helidon.common.context.Context context() {
            return ordinary.context();
        }

        @Override
        public MediaContext mediaContext() {
            return ordinary.mediaContext();
        }

        @Override
        public ContentEncodingContext contentEncodingContext() {
            return ordinary.contentEncodingContext();
        }

        @Override
        public DirectHandlers directHandlers() {
            return ordinary.directHandlers();
        }

        @Override
        public ExecutorService executor() {
            return ordinary.executor();
        }
    }

    private record Context(ConnectionContext ordinary, ListenerContext listenerContext) implements ConnectionContext {
        @Override
        public ExecutorService executor() {
            return ordinary.executor();
        }

        @Override
        public DataWriter dataWriter() {
            return ordinary.dataWriter();
        }

        @Override
        public DataReader dataReader() {
            return ordinary.dataReader();
        }

        @Override
        public Router router() {
            return ordinary.router();
        }

        @Override
        public Optional<ProxyProtocolData> proxyProtocolData() {
            return ordinary.proxyProtocolData();
        }

        @Override
        public HelidonSocket serverSocket() {
            return ordinary.serverSocket();
        }

        @Override
        public PeerInfo remotePeer() {
            return ordinary.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return ordinary.localPeer();
        }

        @Override
        public boolean isSecure() {
            return ordinary.isSecure();
        }

        @Override
        public String socketId() {
            return ordinary.socketId();
        }

        @Override
        public String childSocketId() {
            return ordinary.childSocketId();
        }
    }
}
