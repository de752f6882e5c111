package dev.countersign.key;

import com.google.crypto.tink.subtle.XChaCha20Poly1305;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Hands something of ours to others who bring it back: they can neither read nor change it, and every node of the deployment
 * can open it, also after a restart. XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), whose random nonces are long enough for
 * any number of values, under a key derived from the master key by HKDF-SHA256 (RFC 5869). Thread-safe.
 */
public final class Seal {
    private static final int KEY_BYTES = 32;

    private final XChaCha20Poly1305 cipher;

    /** @param purpose a value sealed for one purpose does not open for another */
    Seal(byte[] masterKey, String purpose) {
        try {
            var parameters = HKDFParameterSpec.ofExtract()
                    .addIKM(masterKey)
                    .thenExpand(("countersign seal " + purpose).getBytes(StandardCharsets.UTF_8), KEY_BYTES);
            cipher = new XChaCha20Poly1305(KDF.getInstance("HKDF-SHA256").deriveData(parameters));
        } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
            throw new IllegalStateException(e); // every Java 25 has it
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A sealing key cannot be made", e);
        }
    }

    /** In base64url. It opens only with the same {@code about}. */
    public String seal(byte[] value, byte[] about) {
        try {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(cipher.encrypt(value, about));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What was sealed; empty for anything that we did not seal, or not about this. */
    public Optional<byte[]> open(String sealed, byte[] about) {
        try {
            return Optional.of(cipher.decrypt(Base64.getUrlDecoder().decode(sealed), about));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
