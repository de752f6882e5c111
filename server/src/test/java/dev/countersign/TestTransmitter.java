package dev.countersign;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** A transmitter of security event tokens whose tokens a test decides, signed by a library that does not verify them. */
final class TestTransmitter implements AutoCloseable {
    static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
    static final String RISC = "https://schemas.openid.net/secevent/risc/event-type/";
    static final String AUDIENCE = "countersign-receiver";
    static final String AUTHORIZATION = "Bearer of the transmitter";

    final RSAKey key = newKey();
    final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final InstantSource clock;

    TestTransmitter(InstantSource clock) {
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        publish(
                "/.well-known/ssf-configuration",
                () -> "{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/jwks\"}".formatted(issuer()));
        publish("/jwks", () -> new JWKSet(key.toPublicJWK()).toString());
        server.start();
    }

    private void publish(String path, Supplier<String> json) {
        server.createContext(path, exchange -> {
            try (exchange) {
                var bytes = json.get().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
    }

    URI issuer() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    static Map<String, Object> issSub(String issuer, String subject) {
        return Map.of("format", "iss_sub", "iss", issuer, "sub", subject);
    }

    /** Claims of a token about {@code subject}, as they should be. */
    JWTClaimsSet.Builder claims(Map<String, ?> subject, String type, Map<String, ?> event) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer().toString())
                .audience(AUDIENCE)
                .issueTime(Date.from(clock.instant()))
                .jwtID(UUID.randomUUID().toString())
                .claim("sub_id", subject)
                .claim("events", Map.of(type, event));
    }

    String set(Map<String, ?> subject, String type, Map<String, ?> event) {
        return sign(claims(subject, type, event).build());
    }

    String sign(JWTClaimsSet claims) {
        return sign(claims, "secevent+jwt", key);
    }

    static String sign(JWTClaimsSet claims, String type, RSAKey key) {
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .type(new JOSEObjectType(type))
                    .keyID(key.getKeyID())
                    .build();
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Pushes as RFC 8935 says. */
    HttpResponse<String> push(URI countersign, String token) {
        return push(countersign, token, "application/secevent+jwt", AUTHORIZATION);
    }

    HttpResponse<String> push(URI countersign, String token, String type, String authorization) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(countersign + "/signals/push/idp"))
                            .header("Content-Type", type)
                            .header("Authorization", authorization)
                            .POST(BodyPublishers.ofString(token))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
