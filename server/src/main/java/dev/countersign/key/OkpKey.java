package dev.countersign.key;

import com.nimbusds.jose.jwk.OctetKeyPair;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/** An Ed25519 key kept as an OKP JWK (RFC 8037). */
final class OkpKey implements Ed25519Key {
    private final String id;
    private final byte[] publicKey;
    private final PrivateKey privateKey;

    OkpKey(OctetKeyPair pair) {
        id = pair.getKeyID();
        publicKey = pair.getX().decode();
        privateKey = Ed25519.privateKey(pair.getD().decode());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public byte[] sign(byte[] message) {
        try {
            var ed25519 = Signature.getInstance("Ed25519");
            ed25519.initSign(privateKey);
            ed25519.update(message);
            return ed25519.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A signature cannot be made", e);
        }
    }
}
