package dev.countersign.cli.policy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.jose.SigningAlgorithm;
import dev.countersign.publish.SignedVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;

/** The Ed25519 key (RFC 8037) with which a publisher signs versions: a private JWK in a file of their own. */
final class PublisherKey {
    /** Largest key file, bytes. */
    static final int MAX_BYTES = 8 * 1024;

    private final OctetKeyPair jwk;

    private PublisherKey(OctetKeyPair jwk) {
        this.jwk = jwk;
    }

    static PublisherKey generate() {
        try {
            var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            var encoded = pair.getPublic().getEncoded(); // RFC 8410: the raw key stands at the end
            var seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            return new PublisherKey(new OctetKeyPair.Builder(
                            Curve.Ed25519,
                            Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - seed.length, encoded.length)))
                    .d(Base64URL.encode(seed))
                    .keyUse(KeyUse.SIGNATURE)
                    .keyIDFromThumbprint()
                    .build());
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException("A key cannot be made", e);
        }
    }

    /** Reads a file that {@link #toPrivateJson} filled. Throws {@link ServerRefusal} for anything else. */
    static PublisherKey read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ServerRefusal(file + ": larger than " + MAX_BYTES + " bytes");
            }
            var jwk = OctetKeyPair.parse(Files.readString(file));
            if (jwk.isPrivate() && jwk.getCurve().equals(Curve.Ed25519) && jwk.getKeyID() != null) {
                return new PublisherKey(jwk);
            }
        } catch (IOException e) {
            throw new ServerRefusal(file + ": cannot be read");
        } catch (ParseException e) {
            // told below; the parser's message may quote the key
        }
        throw new ServerRefusal(file + ": not a private Ed25519 JWK with a kid");
    }

    String toPrivateJson() {
        return jwk.toJSONString();
    }

    String toPublicJson() {
        return jwk.toPublicJWK().toJSONString();
    }

    String sign(String hash, String previous, String comment, Instant now) {
        var key = privateKey();
        return SignedVersion.sign(
                hash,
                previous,
                comment,
                now,
                SigningAlgorithm.EDDSA.id(),
                jwk.getKeyID(),
                input -> SigningAlgorithm.EDDSA.sign(key, input));
    }

    private PrivateKey privateKey() {
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(
                            NamedParameterSpec.ED25519, jwk.getD().decode()));
        } catch (GeneralSecurityException e) {
            throw new ServerRefusal("The key is not a valid Ed25519 key");
        }
    }
}
