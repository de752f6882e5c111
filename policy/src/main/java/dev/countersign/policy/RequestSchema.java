package dev.countersign.policy;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a schema allows requests and entities to be: Cedar's request and entity validation, compiled once so that every
 * request can be checked. Policies were validated under the assumption that requests fit; of one that does not, nothing is
 * promised. Immutable after {@link SchemaReader} has made it.
 */
public final class RequestSchema {
    /** Of a set that was compiled without a schema: everything fits. */
    static final RequestSchema UNKNOWN = new RequestSchema(Map.of(), Map.of(), false);

    private static final String ACTION = "Action";
    private static final String ATTRIBUTES = "/attributes";

    private final Map<String, EntityShape> entities;
    private final Map<EntityUid, ActionShape> actions;
    private final boolean known;

    RequestSchema(Map<String, EntityShape> entities, Map<EntityUid, ActionShape> actions) {
        this(entities, actions, true);
    }

    private RequestSchema(Map<String, EntityShape> entities, Map<EntityUid, ActionShape> actions, boolean known) {
        this.known = known;
        this.entities = Map.copyOf(entities);
        this.actions = Map.copyOf(actions);
    }

    /** What the action applies to. */
    record ActionShape(Set<String> principals, Set<String> resources, AttributeType.Members context) {}

    /** True when there is a schema and it has this action. */
    public boolean hasAction(EntityUid action) {
        return actions.containsKey(action);
    }

    /** True when the action's context may have this member. */
    public boolean declares(EntityUid action, String member) {
        var shape = actions.get(action);
        return shape != null && shape.context().get(member) != null;
    }

    /**
     * Why {@code request} does not fit, at most one fault for each part; empty when it fits. Of {@code entities}, the
     * request's own two are looked at: the others were when they were stored.
     */
    public List<RequestFault> faults(Request request, Entities entities) {
        var action = actions.get(request.action());
        if (!known) {
            return List.of();
        }
        if (action == null) {
            return List.of(new RequestFault(
                    "/action", "the schema has no " + request.action() + similarAction(request.action())));
        }
        List<RequestFault> faults = List.of();
        faults = name(faults, "/principal", request.principal(), action.principals(), request.action());
        faults = name(faults, "/resource", request.resource(), action.resources(), request.action());
        faults = add(faults, "/context", action.context().misfit(request.context()));
        faults = stored(faults, "/principal", entities.get(request.principal()));
        if (!request.resource().equals(request.principal())) {
            faults = stored(faults, "/resource", entities.get(request.resource()));
        }
        return faults;
    }

    private List<RequestFault> name(
            List<RequestFault> faults, String path, EntityUid uid, Set<String> allowed, EntityUid action) {
        var shape = entities.get(uid.type());
        if (shape == null) {
            return add(
                    faults,
                    path + "/type",
                    Misfit.of("the schema has no entity type " + uid.type()
                            + Spelling.hint(uid.type(), entities.keySet())));
        }
        if (!allowed.contains(uid.type())) {
            return add(faults, path + "/type", Misfit.of(action + " does not apply to " + uid.type()));
        }
        return add(faults, path + "/id", shape.misfit(uid));
    }

    private List<RequestFault> stored(List<RequestFault> faults, String path, @Nullable Entity entity) {
        return entity == null || !entities.containsKey(entity.uid().type())
                ? faults
                : add(faults, path, misfit(entity));
    }

    private static List<RequestFault> add(List<RequestFault> faults, String path, @Nullable Misfit misfit) {
        if (misfit == null) {
            return faults;
        }
        var more = new ArrayList<>(faults);
        more.add(new RequestFault(path + misfit.path(), misfit.reason()));
        return List.copyOf(more);
    }

    /**
     * Why {@code entity} cannot be stored, or null when it fits. The path is one into Cedar's JSON format of entities:
     * {@code /attrs/level}; in {@code parents}, which have no order, it names none.
     */
    public @Nullable RequestFault fault(Entity entity) {
        var misfit = misfit(entity);
        if (misfit == null) {
            return null;
        }
        var path = misfit.path().startsWith(ATTRIBUTES)
                ? "/attrs" + misfit.path().substring(ATTRIBUTES.length())
                : misfit.path();
        return new RequestFault(path, misfit.reason());
    }

    /** What of an entity does not fit, or null. Actions are the schema's own and not looked at. */
    @Nullable
    Misfit misfit(Entity entity) {
        var shape = entities.get(entity.uid().type());
        if (shape == null) {
            var type = entity.uid().type();
            return isAction(entity.uid())
                    ? null
                    : Misfit.of("the schema has no entity type " + type + Spelling.hint(type, entities.keySet()));
        }
        var name = shape.misfit(entity.uid());
        if (name != null) {
            return name;
        }
        var attributes = shape.attributes().misfit(entity.attributes());
        if (attributes != null) {
            return attributes.within("attributes");
        }
        for (var parent : entity.parents()) {
            var misfit = parent(shape, parent);
            if (misfit != null) {
                return misfit.within("parents");
            }
        }
        return tags(shape, entity.tags());
    }

    private @Nullable Misfit parent(EntityShape shape, EntityUid parent) {
        if (!shape.mayBeIn(parent.type())) {
            return Misfit.of("the schema does not let a " + shape.type() + " be in " + parent);
        }
        var group = entities.get(parent.type());
        return group == null ? null : group.misfit(parent);
    }

    private static @Nullable Misfit tags(EntityShape shape, RecordValue tags) {
        var type = shape.tags();
        for (var tag : tags.members().entrySet()) {
            var misfit = type == null ? Misfit.of("the schema gives it no tags") : type.misfit(tag.getValue());
            if (misfit != null) {
                return misfit.within(tag.getKey()).within("tags");
            }
        }
        return null;
    }

    /**
     * {@code request} with, of the context members named in {@code own}, only what its action declares, at any depth:
     * what a server says of its own accord. A policy cannot name the rest, and its validation assumed it absent. The same
     * request when nothing is left out.
     */
    public Request declared(Request request, Set<String> own) {
        var action = actions.get(request.action());
        if (action == null || action.context().declaresAll(request.context())) {
            return request;
        }
        var context = RecordValue.builder();
        var declared = action.context().trimmed(request.context());
        request.context().members().forEach((name, value) -> {
            var kept = own.contains(name) ? declared.get(name) : value;
            if (kept != null) {
                context.put(name, kept);
            }
        });
        return new Request(request.principal(), request.action(), request.resource(), context.build());
    }

    /** {@code entity} with only the attributes and parents that the schema declares; the same when that is all. */
    public Entity declared(Entity entity) {
        var shape = entities.get(entity.uid().type());
        if (shape == null) {
            return entity;
        }
        var parents = declaredParents(shape, entity.parents());
        if (parents.size() == entity.parents().size() && shape.attributes().declaresAll(entity.attributes())) {
            return entity;
        }
        var attributes = shape.attributes().trimmed(entity.attributes());
        return new Entity(entity.uid(), attributes, Set.copyOf(parents), entity.tags());
    }

    private Collection<EntityUid> declaredParents(EntityShape shape, Set<EntityUid> parents) {
        for (var parent : parents) {
            if (parent(shape, parent) != null) {
                var kept = new HashSet<>(parents);
                kept.removeIf(each -> parent(shape, each) != null);
                return kept;
            }
        }
        return parents;
    }

    /** What entities of the type look like, or null when there is no such type. */
    @Nullable
    EntityShape entity(String type) {
        return entities.get(type);
    }

    /** What an action applies to, or null when there is no such action. */
    @Nullable
    ActionShape action(EntityUid action) {
        return actions.get(action);
    }

    /** True when the schema has this entity type, written with its namespace. */
    public boolean declares(String entityType) {
        return entities.containsKey(entityType);
    }

    /** The actions that a principal of one type can do on a resource of the other, in the order of their ids. */
    List<EntityUid> actions(String principalType, String resourceType) {
        return actions.entrySet().stream()
                .filter(action -> action.getValue().principals().contains(principalType)
                        && action.getValue().resources().contains(resourceType))
                .map(Map.Entry::getKey)
                .sorted(comparing(EntityUid::id))
                .toList();
    }

    private static boolean isAction(EntityUid uid) {
        return uid.type().equals(ACTION) || uid.type().endsWith("::" + ACTION);
    }

    private String similarAction(EntityUid action) {
        return Spelling.hint(
                action.toString(),
                actions.keySet().stream().map(EntityUid::toString).toList());
    }
}
