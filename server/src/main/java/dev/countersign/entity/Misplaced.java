package dev.countersign.entity;

import dev.countersign.policy.EntityUid;
import org.jspecify.annotations.Nullable;

/**
 * Why an entity cannot be where it says it is.
 *
 * @param parent the group that is at fault, or null when it is the entity itself
 */
record Misplaced(EntityUid entity, @Nullable EntityUid parent, String reason) {}
