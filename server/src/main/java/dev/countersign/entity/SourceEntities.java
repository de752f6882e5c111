package dev.countersign.entity;

import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PackedEntities;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The entities of one source: those that its generation began with, packed, and what has changed since. Immutable. */
final class SourceEntities {
    /** Changes beside the packed ones; with more, all are packed again. */
    static final int MAX_CHANGES = 20_000;

    private final long generation;
    private final PackedEntities packed;
    private final Map<EntityUid, Optional<Entity>> changes;
    private final int size;

    private SourceEntities(long generation, PackedEntities packed, Map<EntityUid, Optional<Entity>> changes, int size) {
        this.generation = generation;
        this.packed = packed;
        this.changes = changes;
        this.size = size;
    }

    static SourceEntities of(long generation, PackedEntities packed) {
        return new SourceEntities(generation, packed, Map.of(), packed.size());
    }

    long generation() {
        return generation;
    }

    int size() {
        return size;
    }

    /** Bytes of heap of the packed ones. */
    long heapBytes() {
        return packed.heapBytes();
    }

    @Nullable
    Entity get(EntityUid uid) {
        var change = changes.get(uid);
        return change == null ? packed.get(uid) : change.orElse(null);
    }

    Set<EntityUid> parentsOf(EntityUid uid) {
        var change = changes.get(uid);
        return change == null
                ? packed.parentsOf(uid)
                : change.map(Entity::parents).orElse(Set.of());
    }

    boolean contains(EntityUid uid) {
        var change = changes.get(uid);
        return change == null ? packed.contains(uid) : change.isPresent();
    }

    void forEach(Consumer<Entity> action) {
        packed.forEach(entity -> {
            if (!changes.containsKey(entity.uid())) {
                action.accept(entity);
            }
        });
        changes.values().forEach(change -> change.ifPresent(action));
    }

    /** One entity that is directly in {@code group}, or null. */
    @Nullable
    EntityUid anyMember(EntityUid group) {
        for (var change : changes.values()) {
            if (change.isPresent() && change.get().parents().contains(group)) {
                return change.get().uid();
            }
        }
        var found = new EntityUid[1];
        packed.forEachMember(group, member -> {
            if (!changes.containsKey(member)) {
                found[0] = member;
            }
        });
        return found[0];
    }

    /** Where it stands among those that the generation began with, from 0, or -1. */
    int position(EntityUid uid) {
        return packed.position(uid);
    }

    /** The same after {@code more}: entities put, or removed where there is none. */
    SourceEntities with(Map<EntityUid, Optional<Entity>> more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = new HashMap<>(changes);
        all.putAll(more);
        var count = size;
        for (var change : more.entrySet()) {
            count += (change.getValue().isPresent() ? 1 : 0) - (contains(change.getKey()) ? 1 : 0);
        }
        var changed = new SourceEntities(generation, packed, Map.copyOf(all), count);
        return all.size() <= MAX_CHANGES ? changed : changed.repacked();
    }

    private SourceEntities repacked() {
        var builder = PackedEntities.builder();
        forEach(builder::add);
        return of(generation, builder.build());
    }
}
