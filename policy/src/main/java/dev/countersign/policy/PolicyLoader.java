package dev.countersign.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns sources into a policy set: the reference parses and validates, then every policy is compiled. */
final class PolicyLoader {
    /** Most policies of one set. */
    static final int MAX_POLICIES = 100_000;

    private final PolicySource source;
    private final boolean validate;
    private final FaultList faults = new FaultList();
    private final ExpressionCompiler compiler = new ExpressionCompiler();
    private final List<CompiledPolicy> compiled = new ArrayList<>();
    private final Map<String, PolicyText> texts = new LinkedHashMap<>();

    PolicyLoader(PolicySource source, boolean validate) {
        this.source = source;
        this.validate = validate;
    }

    PolicySet load() throws PolicyLoadException {
        source.files().forEach((name, text) -> {
            if (PolicySource.isPolicy(name)) {
                loadFile(new SourceText(name, text));
            }
        });
        var schema = validate ? schema() : null;
        var entities = new StoredEntities(source, faults).read(schema == null ? null : schema.requests());
        var claims = schema == null ? ClaimMapping.NONE : ClaimMappingReader.read(source, schema.requests(), faults);
        if (schema != null && faults.isEmpty()) {
            validatePolicies(schema);
            StoredEntities.validate(source, schema.text(), faults);
        }
        faults.refuse();
        if (schema != null) {
            schema.addActions(entities);
        }
        return new PolicySet(
                PolicySetHash.of(source.files()),
                compiled,
                Entities.of(entities),
                schema == null ? RequestSchema.UNKNOWN : schema.requests(),
                claims,
                List.copyOf(texts.values()));
    }

    private void loadFile(SourceText file) {
        for (var next = PolicyText.next(file, null); next != null && !faults.isFull(); ) {
            if (compiled.size() >= MAX_POLICIES) {
                faults.add(next.fault(
                        "more than " + MAX_POLICIES + " policies",
                        "state what differs between them as attributes and groups of entities"));
                return;
            }
            loadPolicy(next);
            next = PolicyText.next(file, next);
        }
    }

    private void loadPolicy(PolicyText text) {
        var excess = text.excess();
        if (excess != null) {
            faults.add(excess);
            return;
        }
        try {
            var json = CedarReference.parse(text.text());
            if (json == null) {
                faults.add(text.fault(CedarReference.syntax(text.text())));
            } else {
                compile(text, json);
            }
        } catch (BadAnnotation e) {
            faults.add(e.in(text));
        } catch (IllegalArgumentException e) {
            faults.add(text.fault(String.valueOf(e.getMessage()), "limits: docs/policy.md"));
        }
    }

    private void compile(PolicyText text, JsonNode json) {
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
                text.file(),
                text.line(),
                validate ? Annotations.review(id, effect, annotations) : null);
        var ready = CompiledPolicy.of(order, policy, json, compiler);
        var earlier = texts.putIfAbsent(id, text);
        if (earlier != null) {
            throw new BadAnnotation(
                    "id",
                    "@id(\"" + id + "\") stands already in " + earlier.file() + ":" + earlier.line(),
                    "an id names one policy of the whole folder");
        }
        compiled.add(ready);
    }

    private void validatePolicies(LoadedSchema schema) {
        var all = new HashMap<String, String>();
        texts.forEach((id, text) -> all.put(id, text.text()));
        for (var finding : CedarReference.validate(schema.text(), all)) {
            var text = texts.get(finding.policy());
            faults.add(text == null ? schema.source().fault(finding) : text.fault(finding));
        }
    }

    private @Nullable LoadedSchema schema() {
        var schema = new SchemaSource(source);
        if (schema.isEmpty()) {
            faults.add(new PolicyFault(
                    texts.isEmpty()
                            ? "(policies)"
                            : texts.values().iterator().next().file(),
                    0,
                    0,
                    texts.isEmpty() ? "neither policies nor a schema" : "the set has no schema",
                    "",
                    "add a .cedarschema file beside the policies: docs/policy.md"));
            return null;
        }
        return LoadedSchema.of(schema, faults);
    }
}
