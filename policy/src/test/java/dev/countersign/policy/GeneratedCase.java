package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Generated policies with entities and requests for them.
 *
 * @param entities in Cedar's JSON format
 */
record GeneratedCase(List<String> policies, String entities, List<Asked> requests) {
    private static final int MAX_POLICIES = 6;
    private static final int USERS = 4;
    private static final int GROUPS = 5;

    /** One request; the context in Cedar's JSON format. */
    record Asked(EntityUid principal, EntityUid action, EntityUid resource, String context) {}

    static GeneratedCase of(RandomGenerator random, int requests) {
        var expressions = new GeneratedExpression(random);
        return new GeneratedCase(
                IntStream.range(0, 1 + random.nextInt(MAX_POLICIES))
                        .mapToObj(i -> policy(random, expressions))
                        .toList(),
                entities(random),
                IntStream.range(0, requests).mapToObj(i -> asked(random)).toList());
    }

    GeneratedCase with(List<String> fewer) {
        return new GeneratedCase(fewer, entities, requests);
    }

    String text() {
        return String.join("\n", policies);
    }

    private static String policy(RandomGenerator random, GeneratedExpression expressions) {
        var conditions = IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> (random.nextBoolean() ? " when { " : " unless { ") + expressions.condition() + " }")
                .collect(Collectors.joining());
        return one(random, "permit", "permit", "forbid")
                + " (" + scope(random, "principal", "User", "u", "g")
                + ", " + action(random)
                + ", " + scope(random, "resource", "Account", "a", "a") + ")"
                + conditions + ";";
    }

    private static String scope(RandomGenerator random, String variable, String type, String own, String other) {
        var group = own.equals(other) ? type : "Group";
        return variable
                + switch (random.nextInt(8)) {
                    case 0 -> " == " + type + "::\"" + own + random.nextInt(3) + '"';
                    case 1 -> " in " + group + "::\"" + other + random.nextInt(GROUPS) + '"';
                    case 2 -> " is " + one(random, type, "Group");
                    case 3 -> " is " + type + " in " + group + "::\"" + other + random.nextInt(GROUPS) + '"';
                    default -> "";
                };
    }

    private static String action(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> "action == Action::\"read\"";
            case 1 -> "action in Action::\"all\"";
            case 2 -> "action in [Action::\"write\", Action::\"all\"]";
            default -> "action";
        };
    }

    /** Groups are only in later ones: the reference refuses cycles. */
    private static String entities(RandomGenerator random) {
        var all = new ArrayList<String>();
        for (var i = 0; i < USERS - 1; i++) { // the last is named and not there
            all.add(entity(
                    "User", "u" + i, attributes(random), parents(random, "Group", "g", 0, GROUPS), tags(random)));
        }
        for (var i = 0; i < GROUPS - 1; i++) {
            all.add(entity("Group", "g" + i, "", parents(random, "Group", "g", i + 1, GROUPS), tags(random)));
        }
        for (var i = 0; i < 2; i++) {
            all.add(entity("Account", "a" + i, attributes(random), parents(random, "Account", "a", i + 1, 3), ""));
        }
        for (var action : List.of("read", "write")) {
            var in = random.nextBoolean() ? "{\"type\":\"Action\",\"id\":\"all\"}" : "";
            all.add(entity("Action", action, "", in, ""));
        }
        return "[" + String.join(",\n ", all) + "]";
    }

    private static String entity(String type, String id, String attributes, String parents, String tags) {
        return "{\"uid\":{\"type\":\"%s\",\"id\":\"%s\"},\"attrs\":{%s},\"parents\":[%s],\"tags\":{%s}}"
                .formatted(type, id, attributes, parents, tags);
    }

    private static String parents(RandomGenerator random, String type, String id, int from, int to) {
        return IntStream.range(from, to)
                .filter(i -> random.nextInt(3) == 0)
                .mapToObj(i -> "{\"type\":\"%s\",\"id\":\"%s%d\"}".formatted(type, id, i))
                .collect(Collectors.joining(","));
    }

    private static String attributes(RandomGenerator random) {
        return members(random, "n", "s", "e", "set", "rec", "dec", "ip", "at", "dur", "b", "a b");
    }

    private static String tags(RandomGenerator random) {
        return members(random, "n", "s", "t");
    }

    private static String members(RandomGenerator random, String... names) {
        var members = new ArrayList<String>();
        for (var name : names) {
            if (random.nextInt(4) > 0) {
                members.add('"' + name + "\":" + value(random, random.nextInt(12) == 0 ? "any" : name, 2));
            }
        }
        return String.join(",", members);
    }

    private static String value(RandomGenerator random, String kind, int depth) {
        return switch (kind) {
            case "n" -> one(random, "0", "1", "-1", "7", "9223372036854775807", "-9223372036854775808");
            case "s", "t", "a b" ->
                one(random, "\"text\"", "\"\"", "\"a*b\"", "\"gr\u00fc\u00dfe \ud83d\ude00\"", "\"1.5\"");
            case "b" -> one(random, "true", "false");
            case "e" -> "{\"__entity\":" + reference(random) + "}";
            case "dec" -> extension("decimal", one(random, "1.5", "-0.0001", "922337203685477.5807"));
            case "ip" -> extension("ip", one(random, "10.0.0.1", "10.0.0.0/8", "::1", "224.0.0.1", "fe80::/10"));
            case "at" ->
                extension(
                        "datetime", one(random, "2024-02-29", "1969-12-31T23:59:59.999Z", "2026-11-24T01:00:00+0100"));
            case "dur" -> extension("duration", one(random, "1h", "-1d2h3m4s5ms", "0s", "9223372036854775807ms"));
            case "set" ->
                IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> value(random, random.nextInt(3) == 0 ? "any" : "n", depth - 1))
                        .collect(Collectors.joining(",", "[", "]"));
            case "rec" -> depth == 0 ? "{}" : "{" + members(random, "n", "s", "rec") + "}";
            default ->
                value(
                        random,
                        one(random, depth == 0 ? "n" : "set", "n", "s", "b", "e", "dec", "ip", "at", "dur"),
                        Math.max(0, depth - 1));
        };
    }

    private static String reference(RandomGenerator random) {
        return random.nextBoolean()
                ? "{\"type\":\"User\",\"id\":\"u" + random.nextInt(USERS) + "\"}"
                : "{\"type\":\"Group\",\"id\":\"g" + random.nextInt(GROUPS) + "\"}";
    }

    private static String extension(String function, String argument) {
        return "{\"__extn\":{\"fn\":\"" + function + "\",\"arg\":\"" + argument + "\"}}";
    }

    private static Asked asked(RandomGenerator random) {
        return new Asked(
                new EntityUid("User", "u" + random.nextInt(USERS)),
                new EntityUid("Action", one(random, "read", "write", "other")),
                new EntityUid("Account", "a" + random.nextInt(3)),
                "{" + attributes(random) + "}");
    }

    static String one(RandomGenerator random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
