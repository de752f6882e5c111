package dev.countersign.key;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.countersign.key.KeyStore.Purpose;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ring in memory, backed by {@link KeyStore}. */
final class StoredKeyRing implements KeyRing {
    /** A retired key stays published this long: longer than anything it signed lives. */
    static final Duration PUBLISHED_AFTER_RETIREMENT = Duration.ofHours(25);

    /** Modulus of the key for signals. */
    static final int RSA_BITS = 2048;

    /** Purposes whose keys are made when they are first asked for. */
    private static final Set<Purpose> ON_DEMAND = Set.of(Purpose.SIGNAL, Purpose.PUSH);

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
            if (!ON_DEMAND.contains(purpose) && store.all(purpose).isEmpty()) {
                store.add(purpose, generate(purpose));
            }
        }
        var published = new ArrayList<JWK>();
        for (var purpose : Purpose.values()) {
            if (purpose == Purpose.PUSH) {
                continue; // says who we are to push services, and verifies nothing of ours
            }
            for (var stored : store.all(purpose)) {
                var retired = stored.retiredAt();
                if (retired == null
                        || retired.plus(PUBLISHED_AFTER_RETIREMENT)
                                .isAfter(store.clock().instant())) {
                    published.add(stored.key().toPublicJWK());
                }
            }
        }
        var signals = store.all(Purpose.SIGNAL);
        var pushes = store.all(Purpose.PUSH);
        ring = new Ring(
                store.all(Purpose.TOKEN).getFirst().key().toECKey(),
                new OkpKey(store.all(Purpose.RECEIPT).getFirst().key().toOctetKeyPair()),
                new OkpKey(store.all(Purpose.CHECKPOINT).getFirst().key().toOctetKeyPair()),
                signals.isEmpty() ? null : signals.getFirst().key().toRSAKey(),
                pushes.isEmpty() ? null : pushes.getFirst().key().toECKey(),
                new JWKSet(published));
    }

    @Override
    public void rotate() {
        store.add(Purpose.TOKEN, generate(Purpose.TOKEN));
        store.add(Purpose.RECEIPT, generate(Purpose.RECEIPT));
        if (ring.signal() != null) {
            store.add(Purpose.SIGNAL, generate(Purpose.SIGNAL));
        }
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
    public synchronized RSAKey signalKey() {
        var have = ring.signal();
        if (have != null) {
            return have;
        }
        if (store.all(Purpose.SIGNAL).isEmpty()) { // another node may have made it
            store.add(Purpose.SIGNAL, generate(Purpose.SIGNAL));
        }
        load();
        return requireNonNull(ring.signal());
    }

    @Override
    public synchronized ECKey pushKey() {
        var have = ring.push();
        if (have != null) {
            return have;
        }
        if (store.all(Purpose.PUSH).isEmpty()) { // another node may have made it
            store.add(Purpose.PUSH, generate(Purpose.PUSH));
        }
        load();
        return requireNonNull(ring.push());
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
            if (purpose == Purpose.TOKEN || purpose == Purpose.PUSH) {
                return new ECKeyGenerator(Curve.P_256)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.ES256)
                        .keyIDFromThumbprint(true)
                        .generate();
            }
            if (purpose == Purpose.SIGNAL) {
                return new RSAKeyGenerator(RSA_BITS)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.RS256)
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

    private record Ring(
            ECKey token,
            Ed25519Key receipt,
            Ed25519Key checkpoint,
            @Nullable RSAKey signal,
            @Nullable ECKey push,
            JWKSet published) {}
}
