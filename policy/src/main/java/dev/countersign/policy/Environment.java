package dev.countersign.policy;

import org.jspecify.annotations.Nullable;

/**
 * What an expression is evaluated in: the request, the entities, and where the request's own three stand among them, looked
 * up once because nearly every policy asks.
 */
final class Environment {
    /** For expressions that look at nothing. */
    static final Environment NOWHERE = new Environment(
            new Request(new EntityUid("", ""), new EntityUid("", ""), new EntityUid("", ""), RecordValue.EMPTY),
            Entities.EMPTY);

    private final Request request;
    private final Entities entities;
    private final Entities.@Nullable Node principal;
    private final Entities.@Nullable Node action;
    private final Entities.@Nullable Node resource;

    Environment(Request request, Entities entities) {
        this.request = request;
        this.entities = entities;
        this.principal = entities.node(request.principal());
        this.action = entities.node(request.action());
        this.resource = entities.node(request.resource());
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

    /** By identity first: the request's own names come here as the same objects. */
    @SuppressWarnings("ReferenceEquality")
    private Entities.@Nullable Node node(EntityUid uid) {
        if (uid == request.principal()) {
            return principal;
        }
        if (uid == request.resource()) {
            return resource;
        }
        return uid == request.action() ? action : entities.node(uid);
    }
}
