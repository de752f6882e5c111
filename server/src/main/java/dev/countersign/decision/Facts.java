package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.session.Session;
import dev.countersign.transaction.Transaction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known when policies are asked: everything here was checked by us, but {@code question}'s client address,
 * properties and environment, which the enforcement point vouches for.
 *
 * @param actor who acts
 * @param session the live session, or null when an asserting enforcement point speaks for the actor
 * @param transaction as validated, or null
 */
record Facts(
        EnforcementPoint asker,
        Question question,
        Actor actor,
        @Nullable Session session,
        @Nullable Transaction transaction,
        Instant now) {
    Facts {
        requireNonNull(asker);
        requireNonNull(question);
        requireNonNull(actor);
        requireNonNull(now);
    }

    /** The same, with the transaction read. */
    Facts with(Transaction read) {
        return new Facts(asker, question, actor, session, read, now);
    }
}
