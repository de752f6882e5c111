package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What follows a permit that is for emergencies: {@code @review("Group::\"auditors\"")} on the permit's policy.
 *
 * @param reviewers the group of whom one, other than who acted, must look at it afterwards
 * @param within how soon
 */
public record Review(EntityUid reviewers, Duration within) {
    public Review {
        requireNonNull(reviewers);
        requireNonNull(within);
    }
}
