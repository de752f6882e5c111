package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * An entity.
 *
 * @param parents the groups it is directly in
 * @param tags values by tag name
 */
public record Entity(EntityUid uid, RecordValue attributes, Set<EntityUid> parents, RecordValue tags) {
    public Entity {
        requireNonNull(uid);
        requireNonNull(attributes);
        parents = Set.copyOf(parents);
        requireNonNull(tags);
    }

    /** One with parents and nothing else. */
    public static Entity of(EntityUid uid, Set<EntityUid> parents) {
        return new Entity(uid, RecordValue.EMPTY, parents, RecordValue.EMPTY);
    }
}
