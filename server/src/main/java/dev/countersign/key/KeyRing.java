package dev.countersign.key;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;

/** The deployment's signing keys, made at first start and kept encrypted in the database. */
public interface KeyRing {
    /** The ES256 key that signs access tokens now. */
    ECKey tokenKey();

    /** The Ed25519 key that signs receipts. */
    Ed25519Key receiptKey();

    /** The Ed25519 key that signs checkpoints. */
    Ed25519Key checkpointKey();

    /**
     * The RS256 key that signs security event tokens and logout tokens, made when first asked for: the CAEP interoperability
     * profile §2.6 and OpenID Connect's default want RSA.
     */
    RSAKey signalKey();

    /**
     * The ES256 key that push services know us by (RFC 8292), made when first asked for. Browsers have subscribed with it, so it stays
     * when signing keys rotate.
     */
    ECKey pushKey();

    /** Public keys that verify tokens and receipts: current ones and those whose tokens may still live. */
    JWKSet published();

    /** Seals and opens values for one purpose, alike on every node; stays the same when signing keys rotate. */
    Seal seal(String purpose);

    /** Makes new token and receipt keys; the old ones stay published as long as anything they signed may live. */
    void rotate();
}
