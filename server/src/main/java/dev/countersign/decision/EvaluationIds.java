package dev.countersign.decision;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes {@code ev_} and 128 random bits in base64url. */
final class EvaluationIds {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final SecureRandom random;

    EvaluationIds(SecureRandom random) {
        this.random = random;
    }

    String next() {
        var bits = new byte[16];
        random.nextBytes(bits);
        return "ev_" + BASE64URL.encodeToString(bits);
    }
}
