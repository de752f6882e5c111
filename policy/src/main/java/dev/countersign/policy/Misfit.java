package dev.countersign.policy;

import java.util.Set;

/**
 * Where a value is not what the schema says.
 *
 * @param path JSON Pointer (RFC 6901) within the value; empty for the value itself
 * @param reason what is wrong there
 */
record Misfit(String path, String reason) {
    static Misfit of(String reason) {
        return new Misfit("", reason);
    }

    static Misfit type(AttributeType expected, Value got) {
        return of("expected " + expected.written() + ", got " + describe(got));
    }

    static Misfit missing(String name, AttributeType type) {
        return of("missing, the schema wants " + type.written()).within(name);
    }

    /** Names the first of {@code given}'s members that is not among {@code names}. */
    static Misfit undeclared(RecordValue given, Set<String> names) {
        for (var name : given.members().keySet()) {
            if (!names.contains(name)) {
                return of("not in the schema" + Spelling.hint(name, names)).within(name);
            }
        }
        throw new IllegalStateException("every member is declared");
    }

    Misfit within(String member) {
        return new Misfit("/" + JsonPointers.escape(member) + path, reason);
    }

    private static String describe(Value value) {
        return value instanceof EntityUid uid ? uid.type() : value.typeName();
    }
}
