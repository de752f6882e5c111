package dev.countersign.policy;

import static java.util.Comparator.comparing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A hierarchy seen from above: which entities there are of a type, and which of them are in a group. Entities of a type are
 * told by their rank in the order of ids, so that lists of them are small and quick to go through. Belongs to one immutable
 * {@link Entities}. Thread-safe.
 */
final class Members {
    /** The order of search results: by id, UTF-16 code units. */
    static final Comparator<EntityUid> ORDER = comparing(EntityUid::id);

    /** Most ranks in the lists of groups that are remembered; beyond it all are forgotten and made again. */
    static final long MAX_REMEMBERED = 8_000_000;

    private static final EntityUid[] NOBODY = {};
    private static final int[] NONE = {};

    private final Map<String, EntityUid[]> types = new HashMap<>();
    private final Map<EntityUid, List<Children>> children = new HashMap<>();
    private final Map<String, BitSet> groups = new HashMap<>();
    private final Map<Asked, int[]> lists = new ConcurrentHashMap<>();
    private final AtomicLong remembered = new AtomicLong();

    private Members() {}

    static Members of(Entities entities) {
        var members = new Members();
        var typed = new HashMap<String, List<Entity>>();
        entities.forEach(entity -> typed.computeIfAbsent(entity.uid().type(), type -> new ArrayList<>())
                .add(entity));
        typed.forEach(members::add);
        members.types.forEach((type, uids) -> {
            var above = new BitSet(uids.length);
            for (var rank = 0; rank < uids.length; rank++) {
                above.set(rank, members.children.containsKey(uids[rank]));
            }
            members.groups.put(type, above);
        });
        return members;
    }

    private void add(String type, List<Entity> entities) {
        entities.sort(comparing(Entity::uid, ORDER));
        var uids = new EntityUid[entities.size()];
        var below = new HashMap<EntityUid, Children>();
        for (var rank = 0; rank < uids.length; rank++) {
            var entity = entities.get(rank);
            uids[rank] = entity.uid();
            for (var parent : entity.parents()) {
                below.computeIfAbsent(parent, group -> new Children(type)).add(rank);
            }
        }
        types.put(type, uids);
        below.forEach((parent, ranks) ->
                children.computeIfAbsent(parent, group -> new ArrayList<>(1)).add(ranks.trimmed()));
    }

    /** Every entity of the type, in order. Not to be changed. */
    EntityUid[] ofType(String type) {
        return types.getOrDefault(type, NOBODY);
    }

    /** Whether any entity is in it. */
    boolean isGroup(EntityUid uid) {
        return children.containsKey(uid);
    }

    /** Ranks of the entities of the type that are in {@code group}, however deep, and of itself. Not to be changed. */
    int[] in(EntityUid group, String type) {
        if (!children.containsKey(group)) {
            return itself(group, type);
        }
        var asked = new Asked(group, type);
        var known = lists.get(asked);
        if (known != null) {
            return known;
        }
        var found = walk(group, type);
        if (remembered.addAndGet(found.length) > MAX_REMEMBERED) {
            lists.clear();
            remembered.set(found.length);
        }
        lists.put(asked, found);
        return found;
    }

    /** The rank of this entity, if it is one of the type. */
    int[] itself(EntityUid uid, String type) {
        if (!type.equals(uid.type())) {
            return NONE;
        }
        var rank = Arrays.binarySearch(ofType(type), uid, ORDER);
        return rank < 0 ? NONE : new int[] {rank};
    }

    private int[] walk(EntityUid group, String type) {
        var found = new BitSet(ofType(type).length);
        for (var rank : itself(group, type)) {
            found.set(rank);
        }
        var walked = new HashSet<EntityUid>();
        var next = new ArrayDeque<EntityUid>();
        next.add(group);
        while (!next.isEmpty()) {
            var above = next.pop();
            if (!walked.add(above)) {
                continue; // in several groups, or a cycle
            }
            for (var below : children.getOrDefault(above, List.of())) {
                var uids = ofType(below.type);
                var further = groups.getOrDefault(below.type, new BitSet());
                for (var rank : below.ranks) {
                    if (below.type.equals(type)) {
                        found.set(rank);
                    }
                    if (further.get(rank)) {
                        next.push(uids[rank]);
                    }
                }
            }
        }
        return found.stream().toArray();
    }

    /** What is directly in a group, of one type. */
    private static final class Children {
        final String type;
        int[] ranks = new int[2];
        private int size;

        Children(String type) {
            this.type = type;
        }

        void add(int rank) {
            if (size == ranks.length) {
                ranks = Arrays.copyOf(ranks, 2 * size);
            }
            ranks[size++] = rank;
        }

        Children trimmed() {
            ranks = Arrays.copyOf(ranks, size);
            return this;
        }
    }

    private record Asked(EntityUid group, String type) {}
}
