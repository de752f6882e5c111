package dev.countersign.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What differs between two policy sets in meaning: layout, comments, file names and order do not count. Policies are matched
 * by their {@code @id}, those without one by what they say.
 *
 * @param policies in the order of their ids
 * @param schema declarations, like {@code entity User} or {@code action transfer}
 * @param entities of {@code entities.json}, by name
 */
public record PolicySetDiff(
        PolicySet before,
        PolicySet after,
        List<PolicyDifference> policies,
        List<Difference> schema,
        List<Difference> entities) {
    /** How something differs. */
    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED
    }

    /** Something named that differs. */
    public record Difference(Kind kind, String name) {}

    /**
     * A policy that differs.
     *
     * @param place where it stands, in the newer set if it is there
     * @param parts what of it differs; empty unless it is in both
     */
    public record PolicyDifference(Kind kind, String id, SourceRange place, List<Part> parts) {}

    /**
     * A part of a policy that differs: its effect, principal, action, resource, conditions, or an annotation.
     *
     * @param before as it is written; empty when it is not there
     */
    public record Part(String name, String before, String after) {}

    /** Loads and compares two folders. */
    public static PolicySetDiff between(Path before, Path after) throws PolicyLoadException {
        var old = PolicySet.load(before);
        var young = PolicySet.load(after);
        return new PolicySetDiff(
                old,
                young,
                policies(old.explainer().all(), young.explainer().all()),
                named(SchemaNames.of(PolicySource.read(before)), SchemaNames.of(PolicySource.read(after))),
                named(stored(old.entities()), stored(young.entities())));
    }

    /** True when nothing differs. */
    public boolean isEmpty() {
        return policies.isEmpty() && schema.isEmpty() && entities.isEmpty();
    }

    private static Map<String, Entity> stored(Entities entities) {
        return entities.stored().stream()
                .filter(entity -> !entity.uid().type().endsWith("Action")) // of the schema, which is compared itself
                .collect(Collectors.toMap(entity -> entity.uid().toString(), entity -> entity));
    }

    private static <T> List<Difference> named(Map<String, T> before, Map<String, T> after) {
        var names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        var differences = new ArrayList<Difference>();
        for (var name : names) {
            if (!Objects.equals(before.get(name), after.get(name))) {
                differences.add(new Difference(kind(before.get(name), after.get(name)), name));
            }
        }
        return differences;
    }

    private static Kind kind(@Nullable Object before, @Nullable Object after) {
        if (before == null) {
            return Kind.ADDED;
        }
        return after == null ? Kind.REMOVED : Kind.CHANGED;
    }

    private static List<PolicyDifference> policies(List<SourcedPolicy> before, List<SourcedPolicy> after) {
        var old = byKey(before);
        var young = byKey(after);
        var keys = new TreeSet<>(old.keySet());
        keys.addAll(young.keySet());
        var differences = new ArrayList<PolicyDifference>();
        for (var key : keys) {
            var was = old.get(key);
            var is = young.get(key);
            var there = is == null ? was : is;
            if (there == null || (was != null && is != null && was.est().equals(is.est()))) {
                continue;
            }
            differences.add(new PolicyDifference(
                    kind(was, is),
                    there.compiled().policy().id(),
                    there.source(),
                    was == null || is == null ? List.of() : parts(was, is)));
        }
        return differences;
    }

    private static Map<String, SourcedPolicy> byKey(List<SourcedPolicy> policies) {
        var byKey = new LinkedHashMap<String, SourcedPolicy>();
        for (var policy : policies) {
            var id = policy.est().path("annotations").path("id");
            byKey.put(id.isString() ? id.stringValue() : policy.est().toString(), policy);
        }
        return byKey;
    }

    private static List<Part> parts(SourcedPolicy before, SourcedPolicy after) {
        var parts = new ArrayList<Part>();
        part(
                parts,
                "effect",
                before,
                after,
                policy -> policy.est().get("effect").stringValue());
        var names = List.of("principal", "action", "resource");
        for (var i = 0; i < names.size(); i++) {
            var index = i;
            if (differ(before, after, names.get(i))) {
                part(parts, names.get(i), before, after, policy -> head(policy, index));
            }
        }
        if (differ(before, after, "conditions")) {
            part(parts, "conditions", before, after, PolicySetDiff::conditions);
        }
        var annotations = new TreeSet<>(before.compiled().policy().annotations().keySet());
        annotations.addAll(after.compiled().policy().annotations().keySet());
        for (var name : annotations) {
            part(
                    parts,
                    "@" + name,
                    before,
                    after,
                    policy -> policy.compiled().policy().annotations().getOrDefault(name, ""));
        }
        return parts;
    }

    private static boolean differ(SourcedPolicy before, SourcedPolicy after, String member) {
        JsonNode was = before.est().path(member);
        return !was.equals(after.est().path(member));
    }

    private static String head(SourcedPolicy policy, int index) {
        return policy.head().isEmpty()
                ? policy.source().text()
                : policy.head().get(index).text();
    }

    private static String conditions(SourcedPolicy policy) {
        return policy.conditions().stream()
                .map(condition -> (condition.isWhen() ? "when { " : "unless { ")
                        + condition.piece().source().text() + " }")
                .collect(Collectors.joining(" "));
    }

    private static void part(
            List<Part> parts,
            String name,
            SourcedPolicy before,
            SourcedPolicy after,
            Function<SourcedPolicy, String> text) {
        var was = text.apply(before);
        var is = text.apply(after);
        if (!was.equals(is)) {
            parts.add(new Part(name, was, is));
        }
    }
}
