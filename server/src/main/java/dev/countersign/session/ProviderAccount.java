package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Who someone is at their identity provider: what its signals and logout tokens name.
 *
 * @param subject the {@code sub}
 * @param session the {@code sid}, or null
 * @param email lower case, or null when there is none or the provider does not vouch for it
 * @param device the {@code device_id}, or null
 */
public record ProviderAccount(
        String subject,
        @Nullable String session,
        @Nullable String email,
        @Nullable String device) {
    public ProviderAccount {
        requireNonNull(subject);
    }

    /** One of whom nothing but the {@code sub} is known. */
    public static ProviderAccount of(String subject) {
        return new ProviderAccount(subject, null, null, null);
    }
}
