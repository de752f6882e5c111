package dev.countersign.policy;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The entities of a request: immutable, with the transitive closure of {@code in} computed once. */
public final class Entities {
    /** No entity. */
    public static final Entities EMPTY = new Entities(Map.of(), null, null);

    static final EntityUid[] NO_ANCESTORS = {};

    private final Map<EntityUid, Node> nodes;
    private final @Nullable Entities base;
    private final @Nullable LayeredNodes layers;
    private volatile @Nullable Members members; // made at most a few times, always alike

    private Entities(Map<EntityUid, Node> nodes, @Nullable Entities base, @Nullable LayeredNodes layers) {
        this.nodes = nodes;
        this.base = base;
        this.layers = layers;
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
        return new Entities(nodes, this == EMPTY ? null : this, null);
    }

    /**
     * These over {@code stored} ones: of an entity that is in both, an attribute or tag given here wins, and it is in the
     * groups of both. What is {@code in} what follows from both together. Nothing is copied: a stored entity is read when it
     * is asked for.
     */
    public Entities over(EntitySource stored) {
        return new Entities(Map.of(), null, new LayeredNodes(this, stored));
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

    /** Whether anything is in {@code uid}. */
    public boolean isGroup(EntityUid uid) {
        return members().isGroup(uid);
    }

    /** Shows {@code each} every entity once, in no order. */
    void forEach(Consumer<Entity> each) {
        if (layers != null) {
            layers.forEach(each);
            return;
        }
        nodes.values().forEach(node -> each.accept(node.entity()));
        if (base != null) {
            base.forEach(entity -> {
                if (!nodes.containsKey(entity.uid())) {
                    each.accept(entity);
                }
            });
        }
    }

    /** The same hierarchy seen from above; the first to ask waits until it is made. */
    Members members() {
        var made = members;
        if (made == null) {
            made = Members.of(this);
            members = made;
        }
        return made;
    }

    @Nullable
    Node node(EntityUid uid) {
        if (layers != null) {
            return layers.node(uid);
        }
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
