package dev.countersign.policy;

import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Entities that are kept outside of a policy set and read one by one: see {@link Entities#over}. Thread-safe. */
public interface EntitySource {
    /** The entity or null. The same answer each time. */
    @Nullable
    Entity get(EntityUid uid);

    /** The groups that {@code uid} is directly in; none for an unknown one. */
    default Set<EntityUid> parentsOf(EntityUid uid) {
        var entity = get(uid);
        return entity == null ? Set.of() : entity.parents();
    }

    /** Shows {@code action} every entity once. */
    void forEach(Consumer<Entity> action);
}
