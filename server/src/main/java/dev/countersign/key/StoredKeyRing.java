package dev.countersign.key;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.countersign.key.KeyStore.Purpose;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;

/** The ring in memory, backed by {@link KeyStore}. */
final class StoredKeyRing implements KeyRing {
    /** A retired key stays published this long: longer than anything it signed lives. */
    static final Duration PUBLISHED_AFTER_RETIREMENT = Duration.ofHours(25);

    private final KeyStore store;
    private final byte[] masterKey;
    private volatile Ring ring;

    @SuppressWarnings("NullAway.Init") // load() follows at once, see KeyRings
    StoredKeyRing(KeyStore store, byte[] masterKey) {
        this.store = store;
        this.masterKey = masterKey.clone();
    }

    /** Reads the keys; makes those that are missing. */
    void load() {
        for (var purpose : Purpose.values()) {
            if (store.all(purpose).isEmpty()) {
                store.add(purpose, generate(purpose));
            }
        }
        var published = new ArrayList<JWK>();
        for (var purpose : Purpose.values()) {
            for (var stored : store.all(purpose)) {
                var retired = stored.retiredAt();
                if (retired == null
                        || retired.plus(PUBLISHED_AFTER_RETIREMENT)
                                .isAfter(store.clock().instant())) {
                    published.add(stored.key().toPublicJWK());
                }
            }
        }
        ring = new Ring(
                store.all(Purpose.TOKEN).getFirst().key().toECKey(),
                new OkpKey(store.all(Purpose.RECEIPT).getFirst().key().toOctetKeyPair()),
                new OkpKey(store.all(Purpose.CHECKPOINT).getFirst().key().toOctetKeyPair()),
                new JWKSet(published));
    }

    @Override
    public void rotate() {
        store.add(Purpose.TOKEN, generate(Purpose.TOKEN));
        store.add(Purpose.RECEIPT, generate(Purpose.RECEIPT));
        load();
    }

    @Override
    public ECKey tokenKey() {
        return ring.token();
    }

    @Override
    public Ed25519Key receiptKey() {
        return ring.receipt();
    }

    @Override
    public Ed25519Key checkpointKey() {
        return ring.checkpoint();
    }

    @Override
    public JWKSet published() {
        return ring.published();
    }

    @Override
    public Seal seal(String purpose) {
        return new Seal(masterKey, purpose);
    }

    private static JWK generate(Purpose purpose) {
        try {
            if (purpose == Purpose.TOKEN) {
                return new ECKeyGenerator(Curve.P_256)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.ES256)
                        .keyIDFromThumbprint(true)
                        .generate();
            }
            var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new OctetKeyPair.Builder(
                            Curve.Ed25519,
                            Base64URL.encode(Ed25519.raw(pair.getPublic().getEncoded())))
                    .d(Base64URL.encode(Ed25519.raw(pair.getPrivate().getEncoded())))
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(Algorithm.parse("EdDSA"))
                    .keyIDFromThumbprint()
                    .build();
        } catch (JOSEException | GeneralSecurityException e) {
            throw new IllegalStateException("A signing key cannot be made", e);
        }
    }

    private record Ring(ECKey token, Ed25519Key receipt, Ed25519Key checkpoint, JWKSet published) {}
}
