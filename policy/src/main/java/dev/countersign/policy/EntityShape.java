package dev.countersign.policy;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a schema says of the entities of one type. */
final class EntityShape {
    private final String type;
    private final @Nullable Set<String> ids;
    private AttributeType.Members attributes = AttributeType.Members.NONE;
    private @Nullable AttributeType tags;
    private Set<String> groups = Set.of();

    /** @param ids the only ones of an enumerated type, or null when there may be any */
    EntityShape(String type, @Nullable Set<String> ids) {
        this.type = type;
        this.ids = ids;
    }

    /**
     * Adds what may refer to other types, once all are known.
     *
     * @param groups types of what such an entity may be in, directly or not
     */
    void complete(AttributeType.Members attributes, @Nullable AttributeType tags, Set<String> groups) {
        this.attributes = attributes;
        this.tags = tags;
        this.groups = groups;
    }

    String type() {
        return type;
    }

    AttributeType.Members attributes() {
        return attributes;
    }

    /** The type of every tag, or null when there are none. */
    @Nullable
    AttributeType tags() {
        return tags;
    }

    boolean mayBeIn(String group) {
        return groups.contains(group);
    }

    /** Whether there may be an entity of this name. */
    boolean allows(String id) {
        return ids == null || ids.contains(id);
    }

    /** Null when there may be an entity of this name. */
    @Nullable
    Misfit misfit(EntityUid uid) {
        return allows(uid.id())
                ? null
                : Misfit.of(uid + " is not one of its type" + Spelling.hint(uid.id(), ids == null ? Set.of() : ids));
    }
}
