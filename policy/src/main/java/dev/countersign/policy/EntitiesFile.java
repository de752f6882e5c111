package dev.countersign.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads one {@code entities.json}. Every fault names its JSON Pointer, line and column. */
final class EntitiesFile {
    private static final Set<String> MEMBERS = Set.of("uid", "attrs", "parents", "tags");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final SourceText file;
    private final FaultList faults;

    EntitiesFile(SourceText file, FaultList faults) {
        this.file = file;
        this.faults = faults;
    }

    /** The entities, as {@code schema} types them when there is one; what is wrong goes to the faults. */
    List<Entity> read(@Nullable RequestSchema schema) {
        try {
            var json = JSON.readTree(file.unmarked());
            refuseUnknownMembers(json);
            var entities = CedarJson.entities(json, schema);
            refuseDuplicates(entities);
            if (schema != null) {
                hold(entities, schema);
            }
            return entities;
        } catch (CedarJsonException e) {
            fault(e.pointer(), e.reason(), "Cedar's entity format: docs/policy.md");
        } catch (JacksonException e) {
            faults.add(JsonPlace.of(e, file)
                    .fault(file, String.valueOf(e.getOriginalMessage()), "the file is one JSON array of entities"));
        }
        return List.of();
    }

    /** A misspelt {@code parents} would put an entity in no group, and no forbid on that group would see it. */
    private void refuseUnknownMembers(JsonNode entities) {
        for (var i = 0; i < entities.size() && !faults.isFull(); i++) {
            for (var name : entities.get(i).propertyNames()) {
                if (!MEMBERS.contains(name)) {
                    var near = Spelling.nearest(name, MEMBERS);
                    fault(
                            "/" + i + "/" + JsonPointers.escape(name),
                            "unknown member " + name,
                            near == null ? "an entity has uid, attrs, parents, tags" : "did you mean " + near + "?");
                }
            }
        }
    }

    private void refuseDuplicates(List<Entity> entities) {
        var names = new HashSet<EntityUid>();
        for (var i = 0; i < entities.size() && !faults.isFull(); i++) {
            if (!names.add(entities.get(i).uid())) {
                fault("/" + i + "/uid", entities.get(i).uid() + " is given twice", "keep one of them");
            }
        }
    }

    private void hold(List<Entity> entities, RequestSchema schema) {
        for (var i = 0; i < entities.size() && !faults.isFull(); i++) {
            var misfit = schema.misfit(entities.get(i));
            if (misfit != null) {
                var path = "/" + i + misfit.path().replaceFirst("^/attributes", "/attrs");
                fault(
                        path,
                        misfit.reason(),
                        "see the schema's entity " + entities.get(i).uid().type());
            }
        }
    }

    /** A fault at a JSON Pointer. */
    void fault(String path, String reason, String hint) {
        faults.add(JsonPlace.of(path, file).fault(file, (path.isEmpty() ? "" : path + ": ") + reason, hint));
    }
}
