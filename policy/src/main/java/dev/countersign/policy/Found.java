package dev.countersign.policy;

import java.util.List;
import java.util.function.Predicate;
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

    /** Without the permitted that {@code wanted} refuses. */
    public Found only(Predicate<EntityUid> wanted) {
        return new Found(permitted.stream().filter(wanted).toList(), withheld, requirements, evaluated, last);
    }
}
