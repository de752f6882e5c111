package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.evidence.Journal;
import dev.countersign.policy.MappedClaims;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Changes of the sessions that a signal of an identity provider names, in one commit with whatever else belongs to it. */
public interface NamedSessions {
    /** Commits {@code change}; no cache knows the changed sessions as they were when this returns. */
    <T> T commit(Change<T> change);

    /** What is done in one database transaction. May run more than once. */
    interface Change<T> {
        T apply(Handle handle, Journal.Recorder evidence, Changes sessions);
    }

    /** What can be done to sessions and accounts. Each leaves its own evidence. */
    interface Changes {
        /** Those that have not ended and fit every part of {@code name}. */
        List<SessionId> find(Name name);

        /** Those that have not ended and are bound to one of {@code keys} (thumbprints). */
        List<SessionId> boundTo(Set<String> keys);

        /** Ends it and all below it; those that were ended by this. */
        List<SessionId> end(SessionId id, String reason);

        /** True when it was active. */
        boolean suspend(SessionId id, String reason);

        /** What the login and a step-up were worth is gone; the session stays. False when it has ended. */
        boolean lower(SessionId id, String reason);

        /** Gives it other groups and claims. False when it has ended. */
        boolean claims(SessionId id, Set<String> groups, MappedClaims claims);

        /** Keeps a security event with the session, as {@link Sessions#signal} does. */
        void note(SessionId id, Sessions.Signal signal);

        /** One session. */
        Optional<Session> session(SessionId id);

        /** No session of the account begins or goes on until {@link #unblock}. */
        void block(Account account, Instant since, String reason);

        /** False when it was blocked after {@code since}, or is not. */
        boolean unblock(Account account, Instant since);

        /** A login before {@code since} begins no session any more. */
        void refuseLoginsBefore(Account account, Instant since, String reason);
    }

    /**
     * Which sessions of one provider; what is null says nothing. Something is said.
     *
     * @param session the provider's {@code sid}, or our own id of the session
     */
    record Name(
            String issuer,
            @Nullable String subject,
            @Nullable String email,
            @Nullable String session,
            @Nullable String device,
            @Nullable String client) {
        public Name {
            requireNonNull(issuer);
            if (subject == null && email == null && session == null && device == null) {
                throw new IllegalArgumentException("Names no session");
            }
        }

        /** All sessions of an account. */
        public static Name of(Account account) {
            return account.kind() == Account.Kind.SUB
                    ? new Name(account.issuer(), account.value(), null, null, null, null)
                    : new Name(account.issuer(), null, account.value(), null, null, null);
        }
    }

    /** An account at a provider, by its {@code sub} or its email address (lower case). */
    record Account(String issuer, Kind kind, String value) {
        public Account {
            requireNonNull(issuer);
            requireNonNull(kind);
            requireNonNull(value);
        }

        /** How it is named. */
        public enum Kind {
            SUB,
            EMAIL
        }
    }
}
