package dev.countersign.trust;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a workload (SPIFFE ID §2): {@code spiffe://TRUST-DOMAIN/PATH}. Nothing is decoded or normalised: an id has one
 * spelling.
 *
 * @param path with its leading slash; never empty: the trust domain itself is no workload
 */
public record SpiffeId(String trustDomain, String path) {
    /** Longest id, bytes (§2.3). */
    public static final int MAX_ID = 2048;

    /** Longest name of a trust domain, bytes (§2.1 with RFC 3986 §3.2.2). */
    public static final int MAX_TRUST_DOMAIN = 255;

    private static final String SCHEME = "spiffe://";
    private static final Pattern TRUST_DOMAIN = Pattern.compile("[a-z0-9._-]{1," + MAX_TRUST_DOMAIN + "}");
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._-]+");

    /** Reads {@code text}; empty when it is no SPIFFE id of a workload. */
    public static Optional<SpiffeId> of(String text) {
        if (!text.startsWith(SCHEME) || text.length() > MAX_ID) {
            return Optional.empty();
        }
        var slash = text.indexOf('/', SCHEME.length());
        if (slash < 0) {
            return Optional.empty();
        }
        var trustDomain = text.substring(SCHEME.length(), slash);
        var path = text.substring(slash);
        for (var segment : path.substring(1).split("/", -1)) {
            if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
                return Optional.empty();
            }
        }
        return isTrustDomain(trustDomain) ? Optional.of(new SpiffeId(trustDomain, path)) : Optional.empty();
    }

    /** True for the name of a trust domain, without scheme. */
    public static boolean isTrustDomain(String name) {
        return TRUST_DOMAIN.matcher(name).matches();
    }

    @Override
    public String toString() {
        return SCHEME + trustDomain + path;
    }
}
