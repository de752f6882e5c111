package dev.countersign.client;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;

/** A server that publishes an Ed25519 key as Countersign does, and signs with it, or with another. */
final class SigningPeer implements AutoCloseable {
    static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    private final HttpServer server;
    private KeyPair key;

    SigningPeer() throws IOException, GeneralSecurityException {
        key = fresh();
        var encoded = key.getPublic().getEncoded();
        var jwks = bytes("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k1\",\"x\":\""
                + URL.encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)) + "\"}]}");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/.well-known/jwks.json", exchange -> {
            exchange.sendResponseHeaders(200, jwks.length);
            exchange.getResponseBody().write(jwks);
            exchange.close();
        });
        server.start();
    }

    URI issuer() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** From now on signs with a key that it does not publish. */
    void forge() throws GeneralSecurityException {
        key = fresh();
    }

    String sign(String algorithm, String type, String claims) throws GeneralSecurityException {
        var header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"" + type + "\",\"kid\":\"k1\"}";
        var input = URL.encodeToString(bytes(header)) + "." + URL.encodeToString(bytes(claims));
        var signer = Signature.getInstance("Ed25519");
        signer.initSign(key.getPrivate());
        signer.update(input.getBytes(StandardCharsets.US_ASCII));
        return input + "." + URL.encodeToString(signer.sign());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static KeyPair fresh() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
