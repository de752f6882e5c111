package dev.countersign.policy;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.EntityValidationRequest;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.schema.Schema;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Turns sources into a policy set: the reference parses and validates, then every policy is compiled. */
final class PolicyLoader {
    /** Most policies of one set. */
    static final int MAX_POLICIES = 100_000;

    private static final String INTERNAL = "Internal JNI Error: ";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final PolicySource source;
    private final boolean validate;
    private final List<PolicyFault> faults = new ArrayList<>();
    private final ExpressionCompiler compiler = new ExpressionCompiler();
    private final List<CompiledPolicy> compiled = new ArrayList<>();
    private final Map<String, CompiledPolicy> byId = new HashMap<>();
    private final Map<String, com.cedarpolicy.model.policy.Policy> parsed = new LinkedHashMap<>();
    private final Map<String, PolicyText> texts = new HashMap<>();

    PolicyLoader(PolicySource source, boolean validate) {
        this.source = source;
        this.validate = validate;
    }

    PolicySet load() throws PolicyLoadException {
        source.files().forEach((name, text) -> {
            if (PolicySource.isPolicy(name)) {
                loadFile(name, text);
            }
        });
        var read = EntityFiles.read(source, faults);
        var stored = read == null ? new ArrayList<Entity>() : new ArrayList<>(read.entities());
        if (faults.isEmpty() && validate) {
            validateAll(read, stored);
        }
        refuseFaults();
        return new PolicySet(PolicySetHash.of(source.files()), compiled, Entities.of(stored));
    }

    private void refuseFaults() throws PolicyLoadException {
        if (!faults.isEmpty()) {
            throw new PolicyLoadException(faults);
        }
    }

    private void loadFile(String file, String text) {
        for (var statement : PolicyText.split(file, text)) {
            if (compiled.size() >= MAX_POLICIES) {
                faults.add(statement.fault("more than " + MAX_POLICIES + " policies", ""));
                return;
            }
            loadStatement(statement);
        }
    }

    private void loadStatement(PolicyText statement) {
        var excess = statement.excess();
        if (excess != null) {
            faults.add(statement.fault(excess, ""));
            return;
        }
        try {
            var set = com.cedarpolicy.model.policy.PolicySet.parsePolicies(statement.text());
            if (!set.templates.isEmpty()) {
                faults.add(statement.fault("a template: ?principal and ?resource are not supported", ""));
                return;
            }
            for (var reference : set.policies) {
                compile(statement, reference);
            }
        } catch (InternalException e) {
            faults.add(statement.syntaxFault(reason(e)));
        } catch (IllegalArgumentException | JacksonException e) {
            faults.add(statement.fault(String.valueOf(e.getMessage()), ""));
        }
    }

    private void compile(PolicyText statement, com.cedarpolicy.model.policy.Policy reference) throws InternalException {
        var json = JSON.readTree(reference.toJson());
        var annotations = new LinkedHashMap<String, String>();
        json.path("annotations")
                .properties()
                .forEach(member -> annotations.put(
                        member.getKey(),
                        member.getValue().isString() ? member.getValue().stringValue() : ""));
        var order = compiled.size();
        var id = annotations.getOrDefault("id", "policy" + order);
        var effect = json.get("effect").stringValue().equals("permit") ? Effect.PERMIT : Effect.FORBID;
        var policy = new Policy(
                id,
                effect,
                Map.copyOf(annotations),
                validate ? Annotations.requirements(id, effect, annotations) : List.of(),
                annotations.getOrDefault("text", ""),
                statement.file(),
                statement.line());
        var ready = CompiledPolicy.of(order, policy, json, compiler);
        var earlier = byId.putIfAbsent(id, ready);
        if (earlier != null) {
            throw new IllegalArgumentException("@id(\"" + id + "\") stands already in "
                    + earlier.policy().file() + ":" + earlier.policy().line());
        }
        compiled.add(ready);
        parsed.put(id, new com.cedarpolicy.model.policy.Policy(statement.text(), id));
        texts.put(id, statement);
    }

    private void validateAll(@Nullable EntityFiles read, List<Entity> stored) {
        var schema = schema();
        if (schema == null) {
            return;
        }
        validatePolicies(schema);
        if (read != null) {
            validateEntities(schema, read);
        }
        addActions(schema, stored);
    }

    /** The stored entities have the types, attributes and parents that the schema gives them. */
    private void validateEntities(Schema schema, EntityFiles read) {
        try {
            var entities = com.cedarpolicy.model.entity.Entities.parse(JSON.writeValueAsString(read.json()))
                    .getEntities();
            new BasicAuthorizationEngine().validateEntities(new EntityValidationRequest(schema, List.copyOf(entities)));
        } catch (AuthException | JsonProcessingException | RuntimeException e) {
            faults.add(new PolicyFault(read.files(), 0, 0, reason(e), "", ""));
        }
    }

    private void addActions(Schema schema, List<Entity> stored) {
        try {
            var actions = SchemaActions.of(JSON.readTree(schema.toJsonFormat().toString()));
            var names = actions.stream().map(Entity::uid).collect(Collectors.toSet());
            stored.removeIf(entity -> names.contains(entity.uid())); // the reference has held them to the schema's
            stored.addAll(actions);
        } catch (InternalException | JsonProcessingException e) {
            faults.add(new PolicyFault("", 0, 0, reason(e), "", ""));
        }
    }

    private void validatePolicies(Schema schema) {
        try {
            Set<com.cedarpolicy.model.policy.Policy> all = new HashSet<>(parsed.values());
            var response = new BasicAuthorizationEngine()
                    .validate(new ValidationRequest(schema, new com.cedarpolicy.model.policy.PolicySet(all)));
            response.errors.ifPresent(
                    errors -> errors.forEach(error -> faults.add(new PolicyFault("", 0, 0, error.message, "", ""))));
            response.success.ifPresent(success -> success.validationErrors.forEach(found -> {
                var error = found.getError();
                var start = error.sourceLocations.isEmpty() ? 0 : error.sourceLocations.get(0).start;
                faults.add(text(found.getPolicyId()).faultAt(start, error.message, error.help.orElse("")));
            }));
        } catch (AuthException e) {
            faults.add(new PolicyFault("", 0, 0, reason(e), "", ""));
        }
    }

    private PolicyText text(String id) {
        var text = texts.get(id);
        if (text == null) {
            throw new IllegalStateException("The reference names an unknown policy " + id);
        }
        return text;
    }

    private @Nullable Schema schema() {
        var schemas = source.files().entrySet().stream()
                .filter(file -> PolicySource.isSchema(file.getKey()))
                .toList();
        if (schemas.isEmpty()) {
            faults.add(new PolicyFault(
                    "", 0, 0, "the set has no schema", "", "add a .cedarschema file beside the policies"));
            return null;
        }
        for (var file : schemas) {
            var excess = new PolicyText(
                            file.getKey(), file.getValue(), 0, file.getValue().length(), 1)
                    .schemaExcess();
            if (excess != null) {
                faults.add(new PolicyFault(file.getKey(), 0, 0, excess, "", ""));
                return null;
            }
        }
        try {
            // Packs in one folder bring the same words each: the same text counts once.
            var text = schemas.stream().map(Map.Entry::getValue).distinct().collect(Collectors.joining("\n"));
            return Schema.parse(Schema.JsonOrCedar.Cedar, text);
        } catch (InternalException e) {
            faults.add(new PolicyFault(schemas.getFirst().getKey(), 0, 0, reason(e), "", unlike(schemas)));
            return null;
        }
    }

    /** A hint when two packs in one folder bring different versions of what they share; else empty. */
    private static String unlike(List<Map.Entry<String, String>> schemas) {
        var shared = new HashMap<String, Map.Entry<String, String>>();
        for (var file : schemas) {
            var name = file.getKey().substring(file.getKey().lastIndexOf('/') + 1);
            var earlier = shared.putIfAbsent(name, file);
            if (earlier != null && !earlier.getValue().equals(file.getValue())) {
                return earlier.getKey() + " and " + file.getKey() + " differ; packs in one folder share the same text";
            }
        }
        return "";
    }

    private static String reason(Exception e) {
        var message = String.valueOf(e.getMessage());
        var at = message.indexOf(INTERNAL);
        return at < 0 ? message : message.substring(at + INTERNAL.length());
    }
}
