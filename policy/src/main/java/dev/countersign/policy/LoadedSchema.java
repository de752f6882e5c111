package dev.countersign.policy;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A schema that the reference has accepted, in the three forms that loading needs. */
record LoadedSchema(SchemaSource source, String text, List<Entity> actions, RequestSchema requests) {
    /** Null when it is refused; {@code faults} tell. */
    static @Nullable LoadedSchema of(SchemaSource source, FaultList faults) {
        var excess = source.excess();
        if (excess != null) {
            faults.add(excess);
            return null;
        }
        try {
            var json = source.json();
            return new LoadedSchema(source, source.text(), SchemaActions.of(json), SchemaReader.read(json));
        } catch (CedarReference.InvalidSchema e) {
            faults.add(source.fault(e.finding()));
            return null;
        }
    }

    /** The schema's actions with their groups; the same ones stored, which the reference has held to it, give way. */
    void addActions(List<Entity> stored) {
        var names = actions.stream().map(Entity::uid).collect(Collectors.toSet());
        stored.removeIf(entity -> names.contains(entity.uid()));
        stored.addAll(actions);
    }
}
