package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.MappedClaims;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an authentication started, as it stands now.
 *
 * @param parent the session that this one ends with (an application's session ends with its browser's), or null
 * @param login how the identity provider authenticated
 * @param stepUp the latest step-up in this session, or null
 * @param groups names of groups the identity provider vouched for at login
 * @param startedFrom address of the client at the start, or null
 * @param userAgent of the client at the start, or null
 * @param idleExpiresAt when it ends unless used
 * @param expiresAt when it ends in any case
 * @param signals how many signals (failed proofs, replays, …) it has drawn
 * @param claims what the claims mapping kept of the login
 * @param idle how long it may go unused
 * @param grant what it may be used for
 */
public record Session(
        SessionId id,
        @Nullable SessionId parent,
        Principal principal,
        Person person,
        String issuer,
        String client,
        Assurance login,
        @Nullable Assurance stepUp,
        Binding binding,
        Set<String> groups,
        SessionState state,
        @Nullable String stateReason,
        @Nullable String startedFrom,
        @Nullable String userAgent,
        Instant startedAt,
        Instant idleExpiresAt,
        Instant expiresAt,
        int signals,
        MappedClaims claims,
        Duration idle,
        Grant grant) {
    /** One of whose login no claims were kept, with no limits but time. */
    public Session(
            SessionId id,
            @Nullable SessionId parent,
            Principal principal,
            Person person,
            String issuer,
            String client,
            Assurance login,
            @Nullable Assurance stepUp,
            Binding binding,
            Set<String> groups,
            SessionState state,
            @Nullable String stateReason,
            @Nullable String startedFrom,
            @Nullable String userAgent,
            Instant startedAt,
            Instant idleExpiresAt,
            Instant expiresAt,
            int signals) {
        this(
                id,
                parent,
                principal,
                person,
                issuer,
                client,
                login,
                stepUp,
                binding,
                groups,
                state,
                stateReason,
                startedFrom,
                userAgent,
                startedAt,
                idleExpiresAt,
                expiresAt,
                signals,
                MappedClaims.NONE,
                Duration.between(startedAt, idleExpiresAt),
                Grant.UNLIMITED);
    }

    public Session {
        requireNonNull(id);
        requireNonNull(principal);
        requireNonNull(person);
        requireNonNull(login);
        requireNonNull(binding);
        groups = Set.copyOf(groups);
        requireNonNull(state);
        requireNonNull(claims);
        requireNonNull(idle);
        requireNonNull(grant);
    }

    /** True when it may act at {@code now}. */
    public boolean isLive(Instant now) {
        return state == SessionState.ACTIVE && now.isBefore(idleExpiresAt) && now.isBefore(expiresAt);
    }

    /**
     * True when an authentication of at least {@code acr} (any when null), with every method of {@code amr}, is at most
     * {@code maxAge} old at {@code now}. RFC 9470 §4.
     */
    public boolean hasAssurance(@Nullable String acr, Set<String> amr, Duration maxAge, Instant now) {
        var raised = stepUp(now);
        return meets(login, acr, amr, maxAge, now) || (raised != null && meets(raised, acr, amr, maxAge, now));
    }

    /** The latest step-up while it still counts, else null. */
    public @Nullable Assurance stepUp(Instant now) {
        return stepUp != null && stepUp.countsAt(now) ? stepUp : null;
    }

    /** What the session is worth at {@code now}: the step-up while it counts and is no weaker than the login. */
    public Assurance assurance(Instant now) {
        var raised = stepUp(now);
        return raised != null && Acr.satisfies(raised.acr(), login.acr()) ? raised : login;
    }

    private static boolean meets(Assurance have, @Nullable String acr, Set<String> amr, Duration maxAge, Instant now) {
        return (acr == null || Acr.satisfies(have.acr(), acr))
                && have.amr().containsAll(amr)
                && !have.at().plus(maxAge).isBefore(now);
    }
}
