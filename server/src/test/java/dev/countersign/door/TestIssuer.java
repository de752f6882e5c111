package dev.countersign.door;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Whoever issues tokens: an identity provider, a SPIFFE server, a cluster, a forge. A test decides keys, words and outages. */
final class TestIssuer implements AutoCloseable {
    final AtomicInteger fetches = new AtomicInteger();

    /** What the API server says to a token review; it is given the request's body. */
    volatile UnaryOperator<String> review = body -> "{}";

    /** The credential that came with the last token review. */
    final AtomicReference<@Nullable String> credential = new AtomicReference<>();

    volatile boolean away;
    volatile ECKey key = newKey();
    private final AtomicInteger sequence = new AtomicInteger(1);
    private final HttpServer server;

    TestIssuer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> send(exchange, "{\"issuer\":\"" + issuer() + "\",\"jwks_uri\":\"" + issuer() + "/jwks\"}"));
        server.createContext("/jwks", exchange -> {
            fetches.incrementAndGet();
            send(exchange, new JWKSet(key.toPublicJWK()).toString());
        });
        server.createContext("/bundle", exchange -> {
            fetches.incrementAndGet();
            send(
                    exchange,
                    "{\"spiffe_sequence\":" + sequence.get() + ",\"spiffe_refresh_hint\":300,\"keys\":["
                            + key.toPublicJWK().toJSONString().replace("{", "{\"use\":\"jwt-svid\",") + "]}");
        });
        server.createContext("/apis/authentication.k8s.io/v1/tokenreviews", exchange -> {
            credential.set(exchange.getRequestHeaders().getFirst("Authorization"));
            send(exchange, review.apply(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
        });
        server.start();
    }

    private void send(HttpExchange exchange, String json) throws IOException {
        try (exchange) {
            var bytes = json.getBytes(UTF_8);
            exchange.sendResponseHeaders(away ? 503 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    URI uri(String path) {
        return URI.create(issuer() + path);
    }

    String issuer() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    void rotate() {
        key = newKey();
        sequence.incrementAndGet();
    }

    static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String id() {
        return UUID.randomUUID().toString();
    }

    /** Signed by the current key. */
    String sign(@Nullable String type, JWTClaimsSet claims) {
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID());
        if (type != null) {
            header.type(new JOSEObjectType(type));
        }
        return sign(header.build(), claims, key);
    }

    static String sign(JWSHeader header, JWTClaimsSet claims, ECKey key) {
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
