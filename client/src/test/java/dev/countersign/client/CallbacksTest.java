package dev.countersign.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallbacksTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final URI HERE = URI.create("https://bank.example/callbacks");
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    private static final String BODY = "{\"state\":\"flow-1\",\"task\":{\"id\":\"rq_1\",\"status\":\"approved\"}}";

    private HttpServer peer;
    private KeyPair key;
    private URI issuer;

    @BeforeEach
    void start() throws Exception {
        key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var encoded = key.getPublic().getEncoded();
        var jwks = ("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k1\",\"x\":\""
                        + URL.encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length))
                        + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        peer.createContext("/.well-known/jwks.json", exchange -> {
            exchange.sendResponseHeaders(200, jwks.length);
            exchange.getResponseBody().write(jwks);
            exchange.close();
        });
        peer.start();
        issuer = URI.create("http://localhost:" + peer.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        peer.stop(0);
    }

    @Test
    void aCallbackIsBelievedOnlyForItsEndpointTaskBodyAndTime() throws Exception {
        var token = token("callback+jwt", HERE, "rq_1", BODY);
        assertThat(at(NOON).verify(token, bytes(BODY), HERE))
                .isEqualTo(new Callbacks.Told("rq_1", "approved", "flow-1"));
        refused(NOON, token, BODY.replace("approved", "denied"), HERE);
        refused(NOON, token, BODY, URI.create("https://shop.example/callbacks"));
        refused(NOON.plusSeconds(126), token, BODY, HERE);
        refused(NOON.minusSeconds(6), token, BODY, HERE);
        refused(NOON, token("callback+jwt", HERE, "rq_2", BODY), BODY, HERE);
        refused(NOON, token("callback+jwt", HERE, "rq_1", "[]"), "[]", HERE);
    }

    @Test
    void anotherTypeAForeignKeyOrNoTokenIsRefused() throws Exception {
        refused(NOON, token("receipt+jwt", HERE, "rq_1", BODY), BODY, HERE);
        refused(NOON, "Basic abc", BODY, HERE);
        refused(NOON, "Bearer a.b.c", BODY, HERE);
        assertThatThrownBy(() -> at(NOON).verify(null, bytes(BODY), HERE))
                .isInstanceOf(Callbacks.InvalidCallback.class);
        key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        refused(NOON, token("callback+jwt", HERE, "rq_1", BODY), BODY, HERE);
    }

    private Callbacks at(Instant now) {
        return Countersign.at(issuer)
                .apiKey("k")
                .clock(InstantSource.fixed(now))
                .build()
                .callbacks();
    }

    private void refused(Instant now, String authorization, String body, URI endpoint) {
        assertThatThrownBy(() -> at(now).verify(authorization, bytes(body), endpoint))
                .isInstanceOf(Callbacks.InvalidCallback.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String token(String type, URI audience, String task, String body) throws Exception {
        var header = "{\"alg\":\"EdDSA\",\"typ\":\"" + type + "\",\"kid\":\"k1\"}";
        var hash = URL.encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes(body)));
        var claims = "{\"iss\":\"" + issuer + "\",\"aud\":\"" + audience + "\",\"sub\":\"" + task
                + "\",\"jti\":\"cb_1\",\"body_sha256\":\"" + hash + "\",\"iat\":" + NOON.getEpochSecond() + ",\"exp\":"
                + (NOON.getEpochSecond() + 120) + "}";
        var input = URL.encodeToString(bytes(header)) + "." + URL.encodeToString(bytes(claims));
        var signer = Signature.getInstance("Ed25519");
        signer.initSign(key.getPrivate());
        signer.update(input.getBytes(StandardCharsets.US_ASCII));
        return "Bearer " + input + "." + URL.encodeToString(signer.sign());
    }
}
