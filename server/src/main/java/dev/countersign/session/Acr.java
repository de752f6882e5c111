package dev.countersign.session;

import java.util.List;

/** Authentication context classes of ours, weakest first. */
public final class Acr {
    /** What the identity provider did, nothing known of it. */
    public static final String BASE = "urn:countersign:acr:base";

    /** More than one factor. */
    public static final String MFA = "urn:countersign:acr:mfa";

    /** Phishing-resistant: WebAuthn with user verification. */
    public static final String PHR = "urn:countersign:acr:phr";

    private static final List<String> ORDER = List.of(BASE, MFA, PHR);

    private Acr() {}

    /** True when {@code have} is at least {@code want}; classes that are not ours match only themselves. */
    public static boolean satisfies(String have, String want) {
        if (have.equals(want)) {
            return true;
        }
        var wanted = ORDER.indexOf(want);
        return wanted >= 0 && ORDER.indexOf(have) >= wanted;
    }
}
