package dev.countersign.policy;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Entities over stored ones, as one graph. An entity's place is worked out when it is asked for; the last ones are kept,
 * each in the slot that its name has, so that memory is bounded whatever is asked. Entities that are in one and the same
 * group share its closure. Thread-safe: a slot holds an immutable object or none.
 */
final class LayeredNodes {
    /** Entities whose place is kept. */
    static final int MAX_KEPT = 1 << 14;

    private static final int SPREAD = 0x9e3779b9;
    private static final Closure NOWHERE = new Closure(Set.of(), Entities.NO_ANCESTORS);

    private final Entities above;
    private final EntitySource below;
    private final AtomicReferenceArray<Entities.@Nullable Node> nodes = new AtomicReferenceArray<>(MAX_KEPT);
    private final AtomicReferenceArray<@Nullable Group> groups = new AtomicReferenceArray<>(MAX_KEPT);

    LayeredNodes(Entities above, EntitySource below) {
        this.above = above;
        this.below = below;
    }

    Entities.@Nullable Node node(EntityUid uid) {
        var slot = slot(uid);
        var kept = nodes.get(slot);
        if (kept != null && kept.entity().uid().equals(uid)) {
            return kept;
        }
        var entity = entity(uid);
        if (entity == null) {
            return null;
        }
        var closure = closure(entity.parents());
        var node = new Entities.Node(entity, closure.set, closure.list);
        nodes.set(slot, node);
        return node;
    }

    /** Shows {@code each} every entity once. */
    void forEach(Consumer<Entity> each) {
        above.forEach(stronger -> {
            var merged = entity(stronger.uid());
            each.accept(merged == null ? stronger : merged);
        });
        below.forEach(stored -> {
            if (above.get(stored.uid()) == null) {
                each.accept(stored);
            }
        });
    }

    private @Nullable Entity entity(EntityUid uid) {
        var stronger = above.get(uid);
        var stored = below.get(uid);
        if (stronger == null || stored == null) {
            return stronger == null ? stored : stronger;
        }
        return new Entity(
                uid,
                merged(stored.attributes(), stronger.attributes()),
                union(stored.parents(), stronger.parents()),
                merged(stored.tags(), stronger.tags()));
    }

    private Set<EntityUid> parentsOf(EntityUid uid) {
        var stronger = above.get(uid);
        var stored = below.parentsOf(uid);
        return stronger == null ? stored : union(stored, stronger.parents());
    }

    private static RecordValue merged(RecordValue weaker, RecordValue stronger) {
        var members = new LinkedHashMap<>(weaker.members());
        members.putAll(stronger.members());
        return RecordValue.of(members);
    }

    private static Set<EntityUid> union(Set<EntityUid> some, Set<EntityUid> others) {
        if (some.isEmpty() || others.isEmpty()) {
            return some.isEmpty() ? others : some;
        }
        var all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    private Closure closure(Set<EntityUid> parents) {
        return switch (parents.size()) {
            case 0 -> NOWHERE;
            case 1 -> group(parents.iterator().next());
            default -> {
                var all = new HashSet<EntityUid>();
                parents.forEach(parent -> all.addAll(group(parent).set));
                yield Closure.of(all);
            }
        };
    }

    /** The group and everything that it is in. */
    private Closure group(EntityUid uid) {
        var slot = slot(uid);
        var kept = groups.get(slot);
        if (kept != null && kept.uid.equals(uid)) {
            return kept.closure;
        }
        var found = new HashSet<EntityUid>();
        var next = new ArrayDeque<EntityUid>();
        next.add(uid);
        while (!next.isEmpty()) {
            var one = next.pop();
            if (found.add(one)) {
                next.addAll(parentsOf(one));
            }
        }
        var closure = Closure.of(found);
        groups.set(slot, new Group(uid, closure));
        return closure;
    }

    private static int slot(EntityUid uid) {
        var mixed = uid.hashCode() * SPREAD;
        return (mixed ^ mixed >>> 15) & MAX_KEPT - 1;
    }

    private record Group(EntityUid uid, Closure closure) {}

    /**
     * A set of groups.
     *
     * @param list the same again, to walk over
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Closure(Set<EntityUid> set, EntityUid[] list) {
        static Closure of(Set<EntityUid> groups) {
            return new Closure(groups, groups.toArray(Entities.NO_ANCESTORS));
        }
    }
}
