package dev.countersign.policy;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request with its entities, and what it would be with one thing changed. */
record Variation(Request request, Entities entities) {
    Environment environment() {
        return new Environment(request, entities);
    }

    /** The same with {@code path} set, or taken away by null; null when there is nothing to set it in. */
    @Nullable
    Variation with(AttributePath path, @Nullable Value value) {
        if (path.attributes().isEmpty() || path.isTag()) {
            return null;
        }
        return switch (path.variable()) {
            case "context" -> {
                var context = with(request.context(), path.attributes(), value);
                yield context == null
                        ? null
                        : new Variation(
                                new Request(request.principal(), request.action(), request.resource(), context),
                                entities);
            }
            case "principal" -> withAttribute(request.principal(), path.attributes(), value);
            case "resource" -> withAttribute(request.resource(), path.attributes(), value);
            default -> null;
        };
    }

    private @Nullable Variation withAttribute(EntityUid uid, List<String> names, @Nullable Value value) {
        var entity = entity(uid);
        var attributes = with(entity.attributes(), names, value);
        return attributes == null ? null : with(new Entity(uid, attributes, entity.parents(), entity.tags()));
    }

    /** The same with {@code uid} put directly into {@code group}, or taken out of it. */
    Variation withMembership(EntityUid uid, EntityUid group, boolean member) {
        var entity = entity(uid);
        var parents = new LinkedHashSet<>(entity.parents());
        if (member) {
            parents.add(group);
        } else {
            parents.remove(group);
        }
        return with(new Entity(uid, entity.attributes(), parents, entity.tags()));
    }

    private Variation with(Entity entity) {
        return new Variation(request, entities.with(List.of(entity)));
    }

    private Entity entity(EntityUid uid) {
        var entity = entities.get(uid);
        return entity == null ? new Entity(uid, RecordValue.EMPTY, java.util.Set.of(), RecordValue.EMPTY) : entity;
    }

    private static @Nullable RecordValue with(RecordValue record, List<String> names, @Nullable Value value) {
        var members = new LinkedHashMap<>(record.members());
        var name = names.getFirst();
        if (names.size() == 1) {
            if (value == null) {
                members.remove(name);
            } else {
                members.put(name, value);
            }
            return RecordValue.of(members);
        }
        var inner = members.getOrDefault(name, RecordValue.EMPTY);
        var changed = inner instanceof RecordValue found ? with(found, names.subList(1, names.size()), value) : null;
        if (changed == null) {
            return null;
        }
        members.put(name, changed);
        return RecordValue.of(members);
    }
}
