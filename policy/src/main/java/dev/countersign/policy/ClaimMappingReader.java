package dev.countersign.policy;

import dev.countersign.policy.ClaimMapping.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads {@code claims.yaml} and holds it to the schema: docs/entities.md, "Claims of the login". */
final class ClaimMappingReader {
    /** Most mapped claims. */
    static final int MAX_RULES = 64;

    /** Deepest claim. */
    static final int MAX_PATH = 8;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final SourceText file;
    private final EntityShape user;
    private final RequestSchema schema;
    private final FaultList faults;

    private ClaimMappingReader(SourceText file, EntityShape user, RequestSchema schema, FaultList faults) {
        this.file = file;
        this.user = user;
        this.schema = schema;
        this.faults = faults;
    }

    /** The mapping; none without the file, and none worth using once there are faults. */
    static ClaimMapping read(PolicySource source, RequestSchema schema, FaultList faults) {
        var text = source.files().get(PolicySource.CLAIMS);
        if (text == null) {
            return ClaimMapping.NONE;
        }
        var file = new SourceText(PolicySource.CLAIMS, text);
        var user = schema.entity(ClaimMapping.PRINCIPAL);
        if (user == null) {
            faults.add(
                    file.fault("the schema has no entity type " + ClaimMapping.PRINCIPAL, "whoever logs in is a User"));
            return ClaimMapping.NONE;
        }
        return new ClaimMappingReader(file, user, schema, faults).read();
    }

    private ClaimMapping read() {
        JsonNode tree;
        try {
            tree = YAML.readTree(file.text());
        } catch (JacksonException e) {
            var location = e.getLocation();
            var at = location == null ? 0 : (int) Math.max(0, location.getCharOffset());
            faults.add(file.fault(at, "not YAML: " + e.getOriginalMessage(), ""));
            return ClaimMapping.NONE;
        }
        var rules = new ArrayList<Rule>();
        if (!hasOnly(tree, Set.of("principal")) || !tree.path("principal").isObject()) {
            faults.add(file.fault("expected one member, principal, with attributes", "see docs/entities.md"));
            return ClaimMapping.NONE;
        }
        for (var member : tree.get("principal").properties()) {
            if (rules.size() == MAX_RULES) {
                fault(member.getKey(), "more than " + MAX_RULES + " claims", "");
                break;
            }
            var rule = rule(member.getKey(), member.getValue());
            if (rule != null) {
                rules.add(rule);
            }
        }
        return new ClaimMapping(rules);
    }

    private @Nullable Rule rule(String name, JsonNode json) {
        if (!hasOnly(json, Set.of("claim", "type", "groups"))
                || json.has("type") == json.has("groups")
                || !isText(json, "claim")) {
            return fault(name, "expected {claim, type} or {claim, groups}", "{claim: department, type: String}");
        }
        var claim = json.get("claim").stringValue();
        var path = path(claim);
        if (path == null) {
            return fault(
                    name,
                    "claim names no claim",
                    "names with dots between them, or a JSON Pointer, at most " + MAX_PATH + " deep");
        }
        return json.has("type") ? attribute(name, claim, path, json) : groups(name, claim, path, json);
    }

    private @Nullable Rule attribute(String name, String claim, List<String> path, JsonNode json) {
        var type = isText(json, "type")
                ? ClaimType.of(json.get("type").stringValue())
                : java.util.Optional.<ClaimType>empty();
        if (type.isEmpty()) {
            return fault(name, "no type that a claim can have", "String, Long, Bool, decimal or Set<String>");
        }
        var declared = user.attributes().members().stream()
                .filter(member -> member.name().equals(name))
                .findFirst();
        var written = type.get().written();
        if (declared.isEmpty() || !declared.get().type().written().equals(written)) {
            return fault(
                    name,
                    declared.isEmpty()
                            ? "the schema gives User no such attribute"
                            : "the schema says " + declared.get().type().written(),
                    "declare " + name + "?: " + written + " of User");
        }
        if (declared.get().required()) {
            return fault(
                    name,
                    "the schema requires it, and a login may lack the claim",
                    "declare it " + name + "?: " + written + ", and ask principal has " + name);
        }
        return new Rule(name, claim, path, type.get(), null);
    }

    private @Nullable Rule groups(String name, String claim, List<String> path, JsonNode json) {
        var type = isText(json, "groups") ? json.get("groups").stringValue() : "";
        if (schema.entity(type) == null || !user.mayBeIn(type)) {
            return fault(name, "the schema does not let a User be in " + type, "entity User in [" + type + "]");
        }
        return new Rule(name, claim, path, null, type);
    }

    /** The names on the way to a claim, or null: a JSON Pointer (RFC 6901), or names with dots between them. */
    private static @Nullable List<String> path(String claim) {
        var steps = claim.startsWith("/")
                ? List.of(claim.substring(1).split("/", -1)).stream()
                        .map(JsonPointers::unescape)
                        .toList()
                : List.of(claim.split("\\.", -1));
        return steps.size() > MAX_PATH || steps.contains("") ? null : steps;
    }

    private static boolean hasOnly(JsonNode json, Set<String> names) {
        return json.isObject() && names.containsAll(json.propertyNames());
    }

    private static boolean isText(JsonNode json, String name) {
        return json.path(name).isString();
    }

    /** At the line that names {@code name}. */
    private @Nullable Rule fault(String name, String reason, String hint) {
        var line = Pattern.compile("(?m)^\\s*[\"']?" + Pattern.quote(name) + "[\"']?\\s*:")
                .matcher(file.text());
        var at = line.find() ? file.text().indexOf(name, line.start()) : 0;
        faults.add(file.fault(at, "/principal/" + JsonPointers.escape(name) + ": " + reason, hint));
        return null;
    }
}
