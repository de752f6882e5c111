package dev.countersign.key;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;

/** Opens the key ring: finds or makes the master key, loads or makes the signing keys. */
public final class KeyRings {
    /** Bytes of the master key (AES-256-GCM). */
    static final int MASTER_KEY_BYTES = 32;

    private KeyRings() {}

    /** The deployment's key ring. Throws {@link IllegalStateException} when stored keys do not open with the master key. */
    public static KeyRing open(
            Settings settings, Database database, Journal journal, InstantSource clock, SecureRandom random) {
        var masterKey = masterKey(settings, random);
        var ring = new StoredKeyRing(new KeyStore(database, journal, aead(masterKey), clock), masterKey);
        ring.load();
        return ring;
    }

    private static byte[] masterKey(Settings settings, SecureRandom random) {
        var given = settings.masterKey();
        try {
            var key = Base64.getUrlDecoder().decode(given != null ? given : fromFile(settings.data(), random));
            if (key.length == MASTER_KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // told below, as for a key of the wrong length
        }
        throw new IllegalStateException("The master key must be " + MASTER_KEY_BYTES + " bytes in base64url");
    }

    /** The file beside the embedded database, made at the first start, readable by its owner alone. */
    private static String fromFile(Path data, SecureRandom random) {
        var file = data.resolve("master.key");
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(data);
                var key = new byte[MASTER_KEY_BYTES];
                random.nextBytes(key);
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, Base64.getUrlEncoder().withoutPadding().encodeToString(key));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("The master key's file cannot be read or made", e);
        }
    }

    @AccessesPartialKey
    private static Aead aead(byte[] masterKey) {
        try {
            AeadConfig.register();
            var parameters = AesGcmParameters.builder()
                    .setKeySizeBytes(MASTER_KEY_BYTES)
                    .setIvSizeBytes(12)
                    .setTagSizeBytes(16)
                    .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                    .build();
            var key = AesGcmKey.builder()
                    .setParameters(parameters)
                    .setKeyBytes(SecretBytes.copyFrom(masterKey, InsecureSecretKeyAccess.get()))
                    .build();
            var entry = KeysetHandle.importKey(key).withRandomId().makePrimary();
            return KeysetHandle.newBuilder()
                    .addEntry(entry)
                    .build()
                    .getPrimitive(RegistryConfiguration.get(), Aead.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The master key cannot be used", e);
        }
    }
}
