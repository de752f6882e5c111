package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.session.Session;
import dev.countersign.transaction.Transaction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known when policies are asked: everything here was checked by us, but {@code question}'s client address and
 * resource properties, which the enforcement point vouches for.
 *
 * @param session the live session, or null when an asserting enforcement point speaks for the principal
 * @param transaction as validated, or null
 */
record Facts(
        EnforcementPoint asker,
        Question question,
        Principal principal,
        Person person,
        @Nullable Session session,
        @Nullable Transaction transaction,
        Instant now) {
    Facts {
        requireNonNull(asker);
        requireNonNull(question);
        requireNonNull(principal);
        requireNonNull(person);
        requireNonNull(now);
    }

    /** The same, with the transaction read. */
    Facts with(Transaction read) {
        return new Facts(asker, question, principal, person, session, read, now);
    }
}
