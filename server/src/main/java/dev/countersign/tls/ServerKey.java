package dev.countersign.tls;

import dev.countersign.key.Sha256;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The key and certificate that we show, as the files have them now. A handshake that began with an old key ends with it. */
public final class ServerKey extends X509ExtendedKeyManager {
    /** Largest file, bytes. */
    static final int MAX_FILE_BYTES = 256 * 1024;

    /** Key pairs that handshakes underway may still ask for. */
    private static final int MAX_RECENT = 4;

    private final Reloaded<Pair> files;
    private final Map<String, Pair> recent = new LinkedHashMap<>(); // guarded by itself

    /** Throws {@link IllegalArgumentException} when the files cannot be used. */
    public ServerKey(Path certificate, Path key) {
        files = new Reloaded<>(List.of(certificate, key), MAX_FILE_BYTES, ServerKey::read);
    }

    private static Pair read(List<byte[]> files) throws GeneralSecurityException {
        var keys = Keys.builder()
                .pem(pem -> pem.key(Resource.create("key", files.get(1)))
                        .certChain(Resource.create("certificate", files.get(0))))
                .build();
        var chain = keys.certChain().toArray(X509Certificate[]::new);
        var key = keys.privateKey().orElseThrow(() -> new IllegalArgumentException("The file holds no private key"));
        if (chain.length == 0) {
            throw new IllegalArgumentException("The file holds no certificate");
        }
        requirePair(key, chain[0]);
        return new Pair(Sha256.base64url(chain[0].getEncoded()), key, chain);
    }

    private static void requirePair(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        var algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case "Ed25519", "EdDSA" -> "Ed25519";
            default -> throw new IllegalArgumentException("The key is neither EC, RSA nor Ed25519");
        };
        var probe = Sha256.of("the key belongs to the certificate");
        var signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(probe);
        var signature = signer.sign();
        var verifier = Signature.getInstance(algorithm);
        verifier.initVerify(certificate.getPublicKey());
        verifier.update(probe);
        try {
            if (verifier.verify(signature)) {
                return;
            }
        } catch (SignatureException e) {
            // told below, as for one that does not verify
        }
        throw new IllegalArgumentException("The key is not the one of the certificate");
    }

    private @Nullable String choose(String keyType) {
        var pair = files.current();
        if (!keyType.equals(pair.key().getAlgorithm())) {
            return null;
        }
        synchronized (recent) {
            recent.remove(pair.alias());
            recent.put(pair.alias(), pair);
            if (recent.size() > MAX_RECENT) {
                recent.remove(recent.keySet().iterator().next());
            }
        }
        return pair.alias();
    }

    private @Nullable Pair pair(String alias) {
        synchronized (recent) {
            return recent.get(alias);
        }
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        var pair = pair(alias);
        return pair == null ? null : pair.chain().clone();
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        var pair = pair(alias);
        return pair == null ? null : pair.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        var alias = choose(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    private record Pair(String alias, PrivateKey key, X509Certificate[] chain) {}
}
