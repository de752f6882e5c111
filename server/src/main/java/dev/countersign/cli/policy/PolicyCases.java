package dev.countersign.cli.policy;

import dev.countersign.policy.CedarJsonException;
import dev.countersign.policy.RequestJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code *.test.yaml}: cases over what they have in common. docs/policy.md, "Testing". */
final class PolicyCases {
    /** How the files are called. They are no part of the policy set. */
    static final String SUFFIX = ".test.yaml";

    /** Most cases of one folder. */
    static final int MAX_CASES = 10_000;

    private static final Set<String> FILE = Set.of("given", "cases");
    private static final Set<String> SHARED =
            Set.of("principal", "action", "resource", "context", "entities", "satisfied");
    private static final Set<String> EXPECT = Set.of("decision", "reason", "policies", "requirements");
    private static final Set<String> DECISIONS = Set.of("permit", "deny", "open");

    private final YamlFile file;
    private final ObjectNode given;

    private PolicyCases(YamlFile file, ObjectNode given) {
        this.file = file;
        this.given = given;
    }

    /** Those of all files in a folder and below. Throws {@link YamlFile.Malformed}. */
    static List<PolicyCase> in(Path folder) {
        var cases = new ArrayList<PolicyCase>();
        try (var found = Files.walk(folder)) {
            for (var file : found.filter(each -> each.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                cases.addAll(read(file, folder.relativize(file).toString().replace('\\', '/')));
                if (cases.size() > MAX_CASES) {
                    throw new YamlFile.Malformed(folder + ": more than " + MAX_CASES + " cases");
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new YamlFile.Malformed(folder + ": cannot be read");
        }
        return cases;
    }

    private static List<PolicyCase> read(Path path, String name) {
        var file = YamlFile.read(path, name);
        var root = file.root();
        var given = JsonNodeFactory.instance.objectNode();
        var prefix = "";
        if (root.isObject()) {
            only(file, "", root, FILE);
            if (root.has("given")) {
                only(file, "/given", root.get("given"), SHARED);
                given = (ObjectNode) root.get("given");
            }
            prefix = "/cases";
        }
        var list = root.isObject() ? root.path("cases") : root;
        if (!list.isArray()) {
            throw file.refuse(prefix, "expected a list of cases");
        }
        var reader = new PolicyCases(file, given);
        var cases = new ArrayList<PolicyCase>();
        for (var node : list) {
            cases.add(reader.one(node, prefix + "/" + cases.size()));
        }
        return cases;
    }

    private static void only(YamlFile file, String pointer, JsonNode node, Set<String> known) {
        if (!node.isObject()) {
            throw file.refuse(pointer, "expected members");
        }
        for (var name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw file.refuse(pointer + "/" + name, "unknown; expected one of " + new TreeSet<>(known));
            }
        }
    }

    private PolicyCase one(JsonNode node, String pointer) {
        var known = new TreeSet<>(SHARED);
        known.addAll(Set.of("name", "expect"));
        only(file, pointer, node, known);
        if (!node.path("name").isString() || node.get("name").stringValue().isBlank()) {
            throw file.refuse(pointer, "a case needs a name");
        }
        try {
            return new PolicyCase(
                    file.name(),
                    file.line(pointer),
                    node.get("name").stringValue(),
                    RequestJson.read(request(node)),
                    Satisfied.of(texts(node.has("satisfied") ? node.get("satisfied") : given.path("satisfied"))),
                    expected(node.path("expect"), pointer + "/expect"));
        } catch (CedarJsonException e) {
            throw file.refuse(pointer + e.pointer(), e.reason());
        } catch (IllegalArgumentException e) {
            throw file.refuse(pointer, String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode request(JsonNode node) {
        var request = JsonNodeFactory.instance.objectNode();
        for (var name : List.of("principal", "action", "resource")) {
            var value = node.has(name) ? node.get(name) : given.get(name);
            if (value != null) {
                request.set(name, value);
            }
        }
        var context = merged(given.get("context"), node.get("context"));
        if (context != null) {
            request.set("context", WrittenValues.value(context));
        }
        request.set("entities", entities(node));
        return request;
    }

    /** A member of the case wins over the same one given, objects member by member; null takes it away. */
    private static @Nullable JsonNode merged(@Nullable JsonNode given, @Nullable JsonNode own) {
        if (own == null || given == null) {
            return own == null ? given : own;
        }
        if (!given.isObject() || !own.isObject()) {
            return own;
        }
        var all = ((ObjectNode) given).deepCopy();
        for (var member : own.properties()) {
            if (member.getValue().isNull()) {
                all.remove(member.getKey());
            } else {
                all.set(member.getKey(), merged(given.get(member.getKey()), member.getValue()));
            }
        }
        return all;
    }

    /** Those of the case and those given; one of the case hides one given of the same name. */
    private JsonNode entities(JsonNode node) {
        var all = JsonNodeFactory.instance.arrayNode();
        var names = new TreeSet<String>();
        for (var source : List.of(node.path("entities"), given.path("entities"))) {
            if (!source.isMissingNode() && !source.isArray()) {
                throw new IllegalArgumentException("entities: expected a list");
            }
            var own = new ArrayList<String>();
            for (var entity : source) {
                var value = WrittenValues.value(entity);
                if (!names.contains(value.path("uid").toString())) {
                    all.add(value);
                }
                own.add(value.path("uid").toString());
            }
            names.addAll(own);
        }
        return all;
    }

    private PolicyCase.Expected expected(JsonNode expect, String pointer) {
        var node = expect.isString() ? JsonNodeFactory.instance.objectNode().set("decision", expect) : expect;
        only(file, pointer, node, EXPECT);
        var decision = node.path("decision").asString("");
        if (!DECISIONS.contains(decision)) {
            throw file.refuse(pointer, "a decision: permit, deny or open");
        }
        return new PolicyCase.Expected(
                decision,
                node.has("reason") ? node.get("reason").asString() : null,
                node.has("policies") ? new TreeSet<>(texts(node.get("policies"))) : null,
                node.has("requirements") ? new TreeSet<>(texts(node.get("requirements"))) : null);
    }

    private static List<String> texts(JsonNode list) {
        if (!list.isMissingNode() && !list.isArray()) {
            throw new IllegalArgumentException("expected a list of words");
        }
        var texts = new ArrayList<String>();
        for (var element : list) {
            if (!element.isString()) {
                throw new IllegalArgumentException("expected a list of words");
            }
            texts.add(element.stringValue());
        }
        return texts;
    }
}
