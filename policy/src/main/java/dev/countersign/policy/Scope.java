package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A constraint in a policy's head.
 *
 * @param type {@code is}, or null
 * @param exact true for {@code ==}: the entity itself; false: it or what is in it
 * @param entities one of these, or null for any
 */
record Scope(@Nullable String type, boolean exact, @Nullable List<EntityUid> entities) {
    static Scope of(JsonNode head) {
        return switch (head.get("op").stringValue()) {
            case "All" -> new Scope(null, false, null);
            case "==" -> new Scope(null, true, List.of(entity(head)));
            case "in" -> new Scope(null, false, entitiesOf(head));
            case "is" ->
                new Scope(
                        head.get("entity_type").stringValue(),
                        false,
                        head.has("in") ? List.of(entity(head.get("in"))) : null);
            default -> throw new IllegalArgumentException("unknown scope operator");
        };
    }

    private static List<EntityUid> entitiesOf(JsonNode head) {
        if (!head.has("entities")) {
            return List.of(entity(head));
        }
        var entities = new ArrayList<EntityUid>();
        head.get("entities").forEach(node -> entities.add(uid(node)));
        return List.copyOf(entities);
    }

    private static EntityUid entity(JsonNode node) {
        if (!node.has("entity")) {
            throw new IllegalArgumentException("templates are not supported");
        }
        return uid(node.get("entity"));
    }

    /** Thousands of policies name a handful of types: one string for each. */
    private static EntityUid uid(JsonNode node) {
        var uid = CedarJson.uid(node);
        return new EntityUid(uid.type().intern(), uid.id());
    }

    /** Itself, or null when it allows anything: nothing to test. */
    @Nullable
    Scope untested() {
        return type == null && entities == null ? null : this;
    }

    boolean matches(EntityUid uid, Environment environment) {
        if (type != null && !type.equals(uid.type())) {
            return false;
        }
        if (entities == null) {
            return true;
        }
        for (var i = 0; i < entities.size(); i++) {
            if (exact ? uid.equals(entities.get(i)) : environment.isIn(uid, entities.get(i))) {
                return true;
            }
        }
        return false;
    }
}
