package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How sure an authentication was (OpenID Connect Core §2).
 *
 * @param acr authentication context class; see {@link Acr}
 * @param amr methods (RFC 8176)
 * @param at when the person authenticated
 * @param until when it counts no more, or null: as long as the session
 */
public record Assurance(
        String acr, Set<String> amr, Instant at, @Nullable Instant until) {
    /** One that counts as long as its session. */
    public Assurance(String acr, Set<String> amr, Instant at) {
        this(acr, amr, at, null);
    }

    public Assurance {
        requireNonNull(acr);
        amr = Set.copyOf(amr);
        requireNonNull(at);
    }

    boolean countsAt(Instant now) {
        return until == null || now.isBefore(until);
    }
}
