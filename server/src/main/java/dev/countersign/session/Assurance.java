package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Set;

/**
 * How sure an authentication was (OpenID Connect Core §2).
 *
 * @param acr authentication context class; see {@link Acr}
 * @param amr methods (RFC 8176)
 * @param at when the person authenticated
 */
public record Assurance(String acr, Set<String> amr, Instant at) {
    public Assurance {
        requireNonNull(acr);
        amr = Set.copyOf(amr);
        requireNonNull(at);
    }
}
