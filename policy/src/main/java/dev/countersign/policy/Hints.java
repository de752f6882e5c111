package dev.countersign.policy;

import java.util.List;

/** What to do about what the reference says without a hint of its own. */
final class Hints {
    private static final List<Hint> KNOWN = List.of(
            new Hint("valid escape", "write \\n, \\r, \\t, \\0, \\\\, \\\", \\' or \\u{1F600}; \\* only in like"),
            new Hint("invalid token", "a character that Cedar does not know, or a string that is not closed"),
            new Hint("duplicate annotation", "each annotation stands once; list several values in one, with commas"),
            new Hint("declared twice", "keep one of them; all .cedarschema files of the folder are one schema"),
            new Hint("cycle in common type", "a type cannot contain itself; use an entity for what repeats"),
            new Hint("as a decimal", "write decimal(\"12.50\"): one to four digits after the point"),
            new Hint("as IP address", "write ip(\"10.0.0.7\") or ip(\"10.0.0.0/8\")"),
            new Hint("datetime", "write datetime(\"2026-11-24T12:00:00Z\")"),
            new Hint("duration", "write duration(\"1d2h30m\")"),
            new Hint(
                    "applicable action",
                    "no action of the schema applies to this principal and resource: see appliesTo"),
            new Hint("unexpected type", "see the attribute's type in the schema"),
            new Hint("attribute", "see the schema's attributes of that type"));

    private static final String OTHERWISE =
            "see the Cedar reference, https://docs.cedarpolicy.com/policies/syntax-grammar.html";

    private Hints() {}

    private record Hint(String about, String text) {}

    static String of(String reason) {
        return KNOWN.stream()
                .filter(hint -> reason.contains(hint.about()))
                .map(Hint::text)
                .findFirst()
                .orElse(OTHERWISE);
    }
}
