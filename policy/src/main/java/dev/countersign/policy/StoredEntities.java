package dev.countersign.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The entities of every {@code entities.json} of a policy set, as one: packs side by side in a folder each bring theirs. An
 * entity may stand in several files when it says the same in each.
 */
final class StoredEntities {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<SourceText> files;
    private final FaultList faults;

    StoredEntities(PolicySource source, FaultList faults) {
        this.files = files(source);
        this.faults = faults;
    }

    private static List<SourceText> files(PolicySource source) {
        return source.files().entrySet().stream()
                .filter(file -> PolicySource.isEntities(file.getKey()))
                .map(file -> new SourceText(file.getKey(), file.getValue()))
                .toList();
    }

    /** The entities, as {@code schema} types them when there is one; what is wrong goes to the faults. */
    List<Entity> read(@Nullable RequestSchema schema) {
        var once = new LinkedHashMap<EntityUid, Entity>();
        var homes = new HashMap<EntityUid, String>();
        for (var text : files) {
            var file = new EntitiesFile(text, faults);
            var entities = file.read(schema);
            for (var i = 0; i < entities.size(); i++) {
                var entity = entities.get(i);
                var earlier = once.putIfAbsent(entity.uid(), entity);
                if (earlier == null) {
                    homes.put(entity.uid(), text.file());
                } else if (!earlier.equals(entity) && !faults.isFull()) {
                    file.fault(
                            "/" + i,
                            entity.uid() + " is given differently in " + homes.get(entity.uid()),
                            "an entity in several packs says the same in each");
                }
            }
        }
        return new ArrayList<>(once.values());
    }

    /** The reference has the last word on the stored entities: on each file, and on what they are together. */
    static void validate(PolicySource source, String schema, FaultList faults) {
        var files = files(source);
        for (var file : files) {
            refuse(file, CedarReference.entities(schema, file.unmarked()), faults);
        }
        if (files.size() > 1 && faults.isEmpty()) {
            refuse(files.getLast(), CedarReference.entities(schema, together(files)), faults);
        }
    }

    private static void refuse(SourceText file, @Nullable String reason, FaultList faults) {
        if (reason != null) {
            faults.add(file.fault(reason, "see the schema's entity types"));
        }
    }

    private static String together(List<SourceText> files) {
        var all = JSON.createArrayNode();
        var names = new HashSet<EntityUid>();
        for (var file : files) {
            for (var entity : JSON.readTree(file.unmarked())) {
                if (names.add(CedarJson.uid(entity.get("uid")))) {
                    all.add(entity);
                }
            }
        }
        return JSON.writeValueAsString(all);
    }
}
