package dev.countersign.entity;

import dev.countersign.policy.Entities;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a graph holds together with the policy folder's entities: every group exists, nothing is in itself, and nothing
 * is nested too deep. Remembers the height of each group, so that looking at every entity looks at every group once. For
 * one thread.
 */
final class GraphCheck {
    /** Most levels of groups above an entity. */
    static final int MAX_DEPTH = 256;

    private static final int IN_PROGRESS = -1;

    private final Graph graph;
    private final Entities folder;
    private final Map<EntityUid, Integer> heights = new HashMap<>();

    /** @param folder those of the policy folder */
    GraphCheck(Graph graph, Entities folder) {
        this.graph = graph;
        this.folder = folder;
    }

    /** What is wrong with where {@code entity} is, or null. */
    @Nullable
    Misplaced misplaced(Entity entity) {
        for (var parent : entity.parents()) {
            if (!exists(parent)) {
                return new Misplaced(entity.uid(), parent, "There is no " + parent);
            }
        }
        for (var parent : parentsOf(entity.uid(), entity.parents())) {
            try {
                if (parent.equals(entity.uid())) {
                    throw new Misnested(entity.uid() + " is in itself");
                }
                if (height(parent, 1) >= MAX_DEPTH) {
                    throw tooDeep();
                }
            } catch (Misnested e) {
                return new Misplaced(entity.uid(), parent, String.valueOf(e.getMessage()));
            }
        }
        return null;
    }

    private boolean exists(EntityUid uid) {
        return graph.contains(uid) || folder.get(uid) != null;
    }

    private Set<EntityUid> parentsOf(EntityUid uid, Set<EntityUid> stored) {
        var own = folder.get(uid);
        if (own == null || own.parents().isEmpty()) {
            return stored;
        }
        var both = new HashSet<>(stored);
        both.addAll(own.parents());
        return both;
    }

    /** Levels of groups above {@code group}. It is itself {@code below} levels above where we began. */
    private int height(EntityUid group, int below) throws Misnested {
        var known = heights.get(group);
        if (known != null) {
            if (known == IN_PROGRESS) {
                throw new Misnested(group + " is in itself");
            }
            return known;
        }
        if (below > MAX_DEPTH) {
            throw tooDeep();
        }
        heights.put(group, IN_PROGRESS);
        var height = 0;
        try {
            for (var parent : parentsOf(group, graph.parentsOf(group))) {
                height = Math.max(height, 1 + height(parent, below + 1));
            }
        } catch (Misnested e) {
            heights.remove(group);
            throw e;
        }
        heights.put(group, height);
        return height;
    }

    private static Misnested tooDeep() {
        return new Misnested("It is in groups more than " + MAX_DEPTH + " levels deep");
    }

    private static final class Misnested extends Exception {
        private static final long serialVersionUID = 1L;

        Misnested(String reason) {
            super(reason, null, false, false);
        }
    }
}
