package dev.countersign.lab.attack;

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
import dev.countersign.SignalSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The identity provider's transmitter of security events: publishes its keys, signs what it is told to sign. */
final class SignalSource implements AutoCloseable {
    /** Its name at Countersign. */
    static final String ID = "idp";

    private static final String AUDIENCE = "countersign";
    private static final int RSA_BITS = 2048;

    private final InstantSource clock;
    private final HttpServer server;
    private final RSAKey key = newKey();

    SignalSource(InstantSource clock) throws IOException {
        this.clock = clock;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        publish(
                "/.well-known/ssf-configuration",
                "{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/jwks\"}".formatted(issuer()));
        publish("/jwks", new JWKSet(key.toPublicJWK()).toString());
        server.start();
    }

    private void publish(String path, String json) {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
    }

    URI issuer() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** Countersign's settings for it. */
    SignalSettings settings(URI provider) {
        return new SignalSettings(
                List.of(new SignalSettings.Transmitter(
                        ID,
                        issuer(),
                        AUDIENCE,
                        SignalSettings.Delivery.PUSH,
                        Set.of(provider.toString()),
                        null,
                        null,
                        null,
                        false,
                        null,
                        SignalSettings.Transmitter.MAX_AGE)),
                List.of(),
                List.of());
    }

    /** A token of its own. */
    String sign(Map<String, ?> subject, String type, Map<String, ?> event) {
        return sign(subject, type, event, key);
    }

    /** A token that claims to be its own, by another key. */
    String forge(Map<String, ?> subject, String type, Map<String, ?> event) {
        return sign(subject, type, event, newKey());
    }

    private String sign(Map<String, ?> subject, String type, Map<String, ?> event, RSAKey by) {
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .type(new JOSEObjectType("secevent+jwt"))
                    .keyID(key.getKeyID())
                    .build();
            var claims = new JWTClaimsSet.Builder()
                    .issuer(issuer().toString())
                    .audience(AUDIENCE)
                    .issueTime(Date.from(clock.instant()))
                    .jwtID(UUID.randomUUID().toString())
                    .claim("sub_id", subject)
                    .claim("events", Map.of(type, event))
                    .build();
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(by));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("The lab's key cannot sign", e);
        }
    }

    private static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(RSA_BITS).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("The lab's key cannot be made", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
