package dev.countersign.review;

import dev.countersign.policy.Review;
import dev.countersign.session.Person;
import org.jspecify.annotations.Nullable;

/**
 * A use of a permit that is for emergencies.
 *
 * @param policy id of the permit
 * @param receipt with a transaction, else null
 * @param person who acted
 * @param principal as which account
 * @param review who must look at it, and how soon
 */
public record Use(
        String policy,
        String evaluation,
        @Nullable String receipt,
        Person person,
        String principal,
        String action,
        String resource,
        Review review) {}
