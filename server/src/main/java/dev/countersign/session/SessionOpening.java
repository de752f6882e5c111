package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.MappedClaims;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens sessions: what every door ends in. Durable, with evidence, before the call returns. */
public interface SessionOpening {
    Session open(Opening opening);

    /**
     * What a door found out.
     *
     * @param issuer who authenticated the principal
     * @param client the application that will use the session
     * @param parent the session that this one ends with, or null
     * @param startedFrom client address, or null
     * @param userAgent or null
     * @param claims what the claims mapping kept of the login
     * @param account who that is at the issuer; null: the parent's account, or one whose subject is the principal's id
     * @param grant what the session may be used for, or null: what its client's sessions may
     * @param endsBy when it ends at the latest, or null: its lifetime alone says
     */
    record Opening(
            Principal principal,
            String issuer,
            String client,
            Assurance login,
            Binding binding,
            Set<String> groups,
            @Nullable SessionId parent,
            @Nullable String startedFrom,
            @Nullable String userAgent,
            MappedClaims claims,
            @Nullable ProviderAccount account,
            @Nullable Grant grant,
            @Nullable Instant endsBy) {
        /** One with the limits of its client alone, whose account at the issuer is the parent's or has the principal's id. */
        public Opening(
                Principal principal,
                String issuer,
                String client,
                Assurance login,
                Binding binding,
                Set<String> groups,
                @Nullable SessionId parent,
                @Nullable String startedFrom,
                @Nullable String userAgent,
                MappedClaims claims) {
            this(
                    principal,
                    issuer,
                    client,
                    login,
                    binding,
                    groups,
                    parent,
                    startedFrom,
                    userAgent,
                    claims,
                    null,
                    null,
                    null);
        }

        /** One without claims to keep. */
        public Opening(
                Principal principal,
                String issuer,
                String client,
                Assurance login,
                Binding binding,
                Set<String> groups,
                @Nullable SessionId parent,
                @Nullable String startedFrom,
                @Nullable String userAgent) {
            this(principal, issuer, client, login, binding, groups, parent, startedFrom, userAgent, MappedClaims.NONE);
        }

        public Opening {
            requireNonNull(principal);
            requireNonNull(login);
            requireNonNull(binding);
            groups = Set.copyOf(groups);
            requireNonNull(claims);
        }
    }
}
