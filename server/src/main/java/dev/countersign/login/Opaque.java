package dev.countersign.login;

import dev.countersign.key.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Random values that mean nothing by themselves: cookies, states, codes. Stored as their SHA-256 only. */
final class Opaque {
    /** Randomness of each, bytes. */
    static final int BYTES = 32;

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

    private Opaque() {}

    static String mint(SecureRandom random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return BASE64URL.encodeToString(bytes);
    }

    /** True when {@code text} has the form of 32 bytes in base64url: ours, a SHA-256, a key's thumbprint. */
    static boolean hasForm(String text) {
        return FORM.matcher(text).matches();
    }

    static byte[] hash(String value) {
        return Sha256.of(value);
    }

    /** The PKCE challenge of {@code verifier} (RFC 7636 §4.2, S256). */
    static String challenge(String verifier) {
        return Sha256.base64url(verifier);
    }

    /** A value that only who has {@code secret} can compute. */
    static String derive(String secret, String purpose, String input) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return BASE64URL.encodeToString(mac.doFinal((purpose + '\n' + input).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
