package dev.countersign.jose;

import java.time.Duration;
import java.time.Instant;

/**
 * How far the clocks of others may be off: one allowance for every token that is not ours (RFC 7519 §4.1.4: "usually no more
 * than a few minutes"). A DPoP proof has its own, wider window, for a nonce of ours and not a clock says that it is fresh.
 */
public final class ClockSkew {
    /** The allowance, either way. */
    public static final Duration ALLOWED = Duration.ofSeconds(60);

    private ClockSkew() {}

    /** True when {@code expiresAt} (RFC 7519 {@code exp}) has passed, by any clock we would believe. */
    public static boolean isOver(Instant expiresAt, Instant now) {
        return !expiresAt.plus(ALLOWED).isAfter(now);
    }

    /** True when {@code at} ({@code iat}, {@code nbf}) has not come yet, by any clock we would believe. */
    public static boolean isAhead(Instant at, Instant now) {
        return at.minus(ALLOWED).isAfter(now);
    }

    /** How long what may be used once is remembered: until every clock says that it is over. */
    public static Instant remembered(Instant expiresAt) {
        return expiresAt.plus(ALLOWED).plus(ALLOWED);
    }
}
