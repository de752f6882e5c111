package dev.countersign.policy;

import static java.util.Comparator.comparing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A hierarchy seen from above: which entities there are of a type, and which of them are in a group, each list in the order
 * of ids. Belongs to one immutable {@link Entities}. Thread-safe.
 */
final class Members {
    /** The order of search results: by id, UTF-16 code units. */
    static final Comparator<EntityUid> ORDER = comparing(EntityUid::id);

    /** Most entities in the lists of groups that are remembered; beyond it all are forgotten and made again. */
    static final long MAX_REMEMBERED = 4_000_000;

    private static final EntityUid[] NONE = {};

    private final Map<String, EntityUid[]> byType;
    private final Map<EntityUid, EntityUid[]> children;
    private final Map<Asked, EntityUid[]> lists = new ConcurrentHashMap<>();
    private final AtomicLong remembered = new AtomicLong();

    private Members(Map<String, EntityUid[]> byType, Map<EntityUid, EntityUid[]> children) {
        this.byType = byType;
        this.children = children;
    }

    static Members of(Entities entities) {
        var typed = new HashMap<String, List<Entity>>();
        entities.forEach(entity -> typed.computeIfAbsent(entity.uid().type(), type -> new ArrayList<>())
                .add(entity));
        var byType = new HashMap<String, EntityUid[]>();
        var below = new HashMap<EntityUid, List<EntityUid>>();
        typed.forEach((type, members) -> {
            members.sort(comparing(Entity::uid, ORDER));
            byType.put(type, members.stream().map(Entity::uid).toArray(EntityUid[]::new));
            // In order, so that what is in a group needs little sorting afterwards.
            for (var member : members) {
                for (var parent : member.parents()) {
                    below.computeIfAbsent(parent, group -> new ArrayList<>()).add(member.uid());
                }
            }
        });
        var children = HashMap.<EntityUid, EntityUid[]>newHashMap(below.size());
        below.forEach((group, members) -> children.put(group, members.toArray(NONE)));
        return new Members(byType, children);
    }

    /** Every entity of the type. Not to be changed. */
    EntityUid[] ofType(String type) {
        return byType.getOrDefault(type, NONE);
    }

    /** Every entity of the type that is in {@code group}, however deep, and itself if it is one. Not to be changed. */
    EntityUid[] in(EntityUid group, String type) {
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

    /** Just this entity, if there is one of the type. */
    EntityUid[] itself(EntityUid uid, String type) {
        return type.equals(uid.type()) && Arrays.binarySearch(ofType(type), uid, ORDER) >= 0
                ? new EntityUid[] {uid}
                : NONE;
    }

    private EntityUid[] walk(EntityUid group, String type) {
        var found = new ArrayList<EntityUid>(Arrays.asList(itself(group, type)));
        var walked = new HashSet<EntityUid>();
        var next = new ArrayDeque<EntityUid>();
        next.add(group);
        while (!next.isEmpty()) {
            var above = next.pop();
            if (!walked.add(above)) {
                continue; // in several groups, or a cycle
            }
            for (var member : children.getOrDefault(above, NONE)) {
                if (type.equals(member.type())) {
                    found.add(member);
                }
                if (children.containsKey(member)) {
                    next.push(member);
                }
            }
        }
        found.sort(ORDER);
        return withoutRepeats(found);
    }

    private static EntityUid[] withoutRepeats(List<EntityUid> sorted) {
        var once = new ArrayList<EntityUid>(sorted.size());
        for (var uid : sorted) {
            if (once.isEmpty() || !once.getLast().equals(uid)) {
                once.add(uid);
            }
        }
        return once.toArray(NONE);
    }

    private record Asked(EntityUid group, String type) {}
}
