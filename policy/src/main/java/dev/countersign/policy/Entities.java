package dev.countersign.policy;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The entities of a request: immutable, with the transitive closure of {@code in} computed once. */
public final class Entities {
    /** No entity. */
    public static final Entities EMPTY = new Entities(Map.of(), null);

    static final EntityUid[] NO_ANCESTORS = {};

    private final Map<EntityUid, Node> nodes;
    private final @Nullable Entities base;

    private Entities(Map<EntityUid, Node> nodes, @Nullable Entities base) {
        this.nodes = nodes;
        this.base = base;
    }

    /** Throws {@link IllegalArgumentException} on an entity given twice. Cycles are allowed here, as Cedar's are checked. */
    public static Entities of(Collection<Entity> entities) {
        return EMPTY.with(entities);
    }

    /** These and {@code more}; an entity in {@code more} hides one of the same name. */
    public Entities with(Collection<Entity> more) {
        if (more.isEmpty()) {
            return this;
        }
        var byUid = new HashMap<EntityUid, Entity>();
        for (var entity : more) {
            if (byUid.put(entity.uid(), entity) != null) {
                throw new IllegalArgumentException("Entity " + entity.uid() + " is given twice");
            }
        }
        var nodes = new HashMap<EntityUid, Node>();
        for (var entity : more) {
            nodes.put(entity.uid(), new Node(entity, ancestors(entity, byUid)));
        }
        return new Entities(nodes, this == EMPTY ? null : this);
    }

    private Set<EntityUid> ancestors(Entity entity, Map<EntityUid, Entity> overlay) {
        if (entity.parents().isEmpty()) {
            return Set.of();
        }
        var ancestors = new HashSet<EntityUid>();
        var next = new ArrayDeque<>(entity.parents());
        while (!next.isEmpty()) {
            var parent = next.pop();
            if (!ancestors.add(parent)) {
                continue;
            }
            var own = overlay.get(parent);
            if (own != null) {
                next.addAll(own.parents());
            } else {
                ancestors.addAll(ancestorsOf(parent));
            }
        }
        return ancestors;
    }

    /** The entity or null. */
    public @Nullable Entity get(EntityUid uid) {
        var node = node(uid);
        return node == null ? null : node.entity;
    }

    /** Those of the last layer: all, unless others were put on top. */
    Collection<Entity> stored() {
        return nodes.values().stream().map(Node::entity).toList();
    }

    /** Everything that {@code uid} is in, however deep; without itself. */
    public Set<EntityUid> ancestorsOf(EntityUid uid) {
        var node = node(uid);
        return node == null ? Set.of() : node.ancestors;
    }

    /** Cedar's {@code in}: equal, or a descendant. */
    public boolean isIn(EntityUid uid, EntityUid group) {
        return uid.equals(group) || ancestorsOf(uid).contains(group);
    }

    @Nullable
    Node node(EntityUid uid) {
        var node = nodes.get(uid);
        return node != null || base == null ? node : base.node(uid);
    }

    /**
     * An entity in its place.
     *
     * @param list the ancestors again, to walk over
     */
    record Node(Entity entity, Set<EntityUid> ancestors, EntityUid[] list) {
        Node(Entity entity, Set<EntityUid> ancestors) {
            this(entity, ancestors, ancestors.toArray(NO_ANCESTORS));
        }
    }
}
