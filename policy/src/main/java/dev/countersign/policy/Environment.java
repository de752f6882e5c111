package dev.countersign.policy;

import org.jspecify.annotations.Nullable;

/**
 * What an expression is evaluated in: the request, the entities, and where the request's own three stand among them, looked
 * up once and only when a policy asks. For one thread.
 */
final class Environment {
    private final Request request;
    private final Entities entities;
    private final Place principal;
    private final Place action;
    private final Place resource;

    Environment(Request request, Entities entities) {
        this.request = request;
        this.entities = entities;
        this.principal = new Place(request.principal());
        this.action = new Place(request.action());
        this.resource = new Place(request.resource());
    }

    /** For expressions that look at nothing. */
    static Environment nowhere() {
        var nobody = new EntityUid("", "");
        return new Environment(new Request(nobody, nobody, nobody, RecordValue.EMPTY), Entities.EMPTY);
    }

    Request request() {
        return request;
    }

    /** The entity or null. */
    @Nullable
    Entity entity(EntityUid uid) {
        var node = node(uid);
        return node == null ? null : node.entity();
    }

    /** Everything that {@code uid} is in, however deep; without itself. */
    EntityUid[] ancestorsOf(EntityUid uid) {
        var node = node(uid);
        return node == null ? Entities.NO_ANCESTORS : node.list();
    }

    /** Cedar's {@code in}: equal, or a descendant. */
    boolean isIn(EntityUid uid, EntityUid group) {
        if (uid.equals(group)) {
            return true;
        }
        var node = node(uid);
        return node != null && node.ancestors().contains(group);
    }

    /** By identity: the request's own names come here as the same objects. */
    @SuppressWarnings("ReferenceEquality")
    private Entities.@Nullable Node node(EntityUid uid) {
        if (uid == request.principal()) {
            return principal.node(entities);
        }
        if (uid == request.resource()) {
            return resource.node(entities);
        }
        return uid == request.action() ? action.node(entities) : entities.node(uid);
    }

    /** One of the request's three names. */
    private static final class Place {
        private final EntityUid uid;
        private boolean known;
        private Entities.@Nullable Node node;

        Place(EntityUid uid) {
            this.uid = uid;
        }

        Entities.@Nullable Node node(Entities entities) {
            if (!known) {
                node = entities.node(uid);
                known = true;
            }
            return node;
        }
    }
}
