package dev.countersign.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search found.
 *
 * @param permitted in the order of their ids
 * @param withheld how many candidates are not among them only because a requirement is open
 * @param requirements what those need, the strictest of each kind
 * @param evaluated how many candidates were looked at
 * @param last id of the last of them when there may be more after it, else null
 */
public record Found(
        List<EntityUid> permitted,
        int withheld,
        List<Requirement> requirements,
        int evaluated,
        @Nullable String last) {
    public Found {
        permitted = List.copyOf(permitted);
        requirements = List.copyOf(requirements);
    }
}
