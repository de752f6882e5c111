package dev.countersign.policy;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The entity types that a schema declares, and which actions apply to which of them (Cedar reference, "Schema"). */
public final class SchemaTypes {
    /** Without a schema: no type, no action. */
    static final SchemaTypes NONE = new SchemaTypes(Set.of(), List.of());

    private final Set<String> entityTypes;
    private final List<Applicable> actions;

    private SchemaTypes(Set<String> entityTypes, List<Applicable> actions) {
        this.entityTypes = entityTypes;
        this.actions = actions;
    }

    /** From a schema in Cedar's JSON format. */
    static SchemaTypes of(JsonNode schema) {
        var types = new HashSet<String>();
        for (var namespace : schema.properties()) {
            namespace
                    .getValue()
                    .path("entityTypes")
                    .propertyNames()
                    .forEach(name -> types.add(SchemaActions.qualified(namespace.getKey(), name)));
        }
        var actions = new ArrayList<Applicable>();
        for (var namespace : schema.properties()) {
            for (var action : namespace.getValue().path("actions").properties()) {
                var applies = action.getValue().path("appliesTo");
                actions.add(new Applicable(
                        new EntityUid(SchemaActions.qualified(namespace.getKey(), "Action"), action.getKey()),
                        names(applies.path("principalTypes"), namespace.getKey(), types),
                        names(applies.path("resourceTypes"), namespace.getKey(), types)));
            }
        }
        actions.sort(comparing(applicable -> applicable.action().id()));
        return new SchemaTypes(Set.copyOf(types), List.copyOf(actions));
    }

    /** A name without a namespace is one of its own namespace, else a global one. */
    private static Set<String> names(JsonNode written, String namespace, Set<String> declared) {
        var names = new HashSet<String>();
        for (var name : written) {
            var own = SchemaActions.qualified(namespace, name.stringValue());
            names.add(declared.contains(own) ? own : name.stringValue());
        }
        return names;
    }

    /** True when the schema has this entity type, written with its namespace. */
    public boolean declares(String entityType) {
        return entityTypes.contains(entityType);
    }

    /** The actions that a principal of one type can do on a resource of the other, in the order of their ids. */
    public List<EntityUid> actions(String principalType, String resourceType) {
        return actions.stream()
                .filter(one -> one.principals().contains(principalType)
                        && one.resources().contains(resourceType))
                .map(Applicable::action)
                .toList();
    }

    private record Applicable(EntityUid action, Set<String> principals, Set<String> resources) {}
}
