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
import java.security.Signature;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

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
    void aReceiptIsBelievedOnlyForItsAudienceTransactionHashAndTime() throws Exception {
        var receipt = receipt("EdDSA", "receipt+jwt");
        assertThat(at(NOON).verify(receipt, "bank", "t1", "h1").subject()).isEqualTo("alice");
        refused(at(NOON), receipt, "shop", "t1", "h1");
        refused(at(NOON), receipt, "bank", "t2", "h1");
        refused(at(NOON), receipt, "bank", "t1", "h2");
        refused(at(NOON.plusSeconds(66)), receipt, "bank", "t1", "h1");
        refused(at(NOON.minusSeconds(6)), receipt, "bank", "t1", "h1");
    }

    @Test
    void anotherTypeAlgorithmOrSignatureIsRefused() throws Exception {
        refused(at(NOON), receipt("EdDSA", "at+jwt"), "bank", "t1", "h1");
        refused(at(NOON), receipt("ES256", "receipt+jwt"), "bank", "t1", "h1");
        var good = receipt("EdDSA", "receipt+jwt");
        key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var other = receipt("EdDSA", "receipt+jwt");
        refused(at(NOON), other, "bank", "t1", "h1");
        assertThat(good).isNotEqualTo(other);
    }

    private Receipts at(Instant now) {
        return Countersign.at(issuer)
                .apiKey("k")
                .clock(InstantSource.fixed(now))
                .build()
                .receipts();
    }

    private static void refused(Receipts receipts, String jws, String audience, String transaction, String hash) {
        assertThatThrownBy(() -> receipts.verify(jws, audience, transaction, hash))
                .isInstanceOf(Receipts.InvalidReceipt.class);
    }

    private String receipt(String algorithm, String type) throws Exception {
        var header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"" + type + "\",\"kid\":\"k1\"}";
        var claims = "{\"iss\":\"" + issuer + "\",\"aud\":\"bank\",\"sub\":\"alice\",\"jti\":\"rc_1\",\"txn\":\"t1\","
                + "\"transaction_hash\":\"h1\",\"iat\":" + NOON.getEpochSecond() + ",\"exp\":"
                + (NOON.getEpochSecond() + 60) + "}";
        var input = URL.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + URL.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        var signer = Signature.getInstance("Ed25519");
        signer.initSign(key.getPrivate());
        signer.update(input.getBytes(StandardCharsets.US_ASCII));
        return input + "." + URL.encodeToString(signer.sign());
    }
}
