package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.session.Session;
import dev.countersign.transaction.History;
import dev.countersign.transaction.Transaction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known when policies are asked: everything here was checked by us, but {@code question}'s client address,
 * properties and environment, which the enforcement point vouches for.
 *
 * @param actor who acts
 * @param session the live session, or null when an asserting enforcement point speaks for the actor
 * @param provedAt when the proof of the session's key was made, or null
 * @param seen the surroundings
 * @param transaction as validated, or null
 * @param history what its requester had permitted lately, or null when policies do not ask
 */
record Facts(
        EnforcementPoint asker,
        Question question,
        Actor actor,
        @Nullable Session session,
        @Nullable Instant provedAt,
        Surroundings.Seen seen,
        @Nullable Transaction transaction,
        @Nullable History history,
        Instant now) {
    Facts {
        requireNonNull(asker);
        requireNonNull(question);
        requireNonNull(actor);
        requireNonNull(seen);
        requireNonNull(now);
    }

    /** The same, with the transaction read. */
    Facts with(Transaction read) {
        return new Facts(asker, question, actor, session, provedAt, seen, read, history, now);
    }

    /** The same, with what the requester had permitted lately. */
    Facts with(History past) {
        return new Facts(asker, question, actor, session, provedAt, seen, transaction, past, now);
    }
}
