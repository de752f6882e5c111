package dev.countersign.session;

import java.util.Collections;
import java.util.Set;

/** Reads authentication methods (RFC 8176) as factors. */
public final class Factors {
    private static final Set<String> KNOWLEDGE = Set.of("pwd", "pin", "kba");
    private static final Set<String> POSSESSION = Set.of("otp", "hwk", "swk", "sms", "tel", "sc", "pop");
    private static final Set<String> INHERENCE = Set.of("face", "fpt", "iris", "vbm", "retina");

    private Factors() {}

    /**
     * {@link Acr#MFA} for {@code mfa} or methods of two kinds, else {@link Acr#BASE}. Never more: what a provider calls
     * phishing-resistant, we have not seen.
     */
    public static String of(Set<String> amr) {
        var kinds = (uses(amr, KNOWLEDGE) ? 1 : 0) + (uses(amr, POSSESSION) ? 1 : 0) + (uses(amr, INHERENCE) ? 1 : 0);
        return amr.contains("mfa") || kinds > 1 ? Acr.MFA : Acr.BASE;
    }

    private static boolean uses(Set<String> amr, Set<String> kind) {
        return !Collections.disjoint(amr, kind);
    }
}
