package dev.countersign.transaction;

import java.time.Duration;

/**
 * What one {@code @require("approval")} policy asks for.
 *
 * @param policy its id
 * @param quorum how many distinct people, at least 1
 * @param group id of the {@code Group} they must belong to
 * @param expires how long each approval lasts
 * @param separate the requester does not count
 */
public record ApprovalNeed(String policy, int quorum, String group, Duration expires, boolean separate) {
    public ApprovalNeed {
        if (quorum < 1) {
            throw new IllegalArgumentException("A quorum is at least 1");
        }
    }
}
