package dev.countersign.signal;

import dev.countersign.http.Json;
import dev.countersign.signal.RefusedSet.Code;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Whom an event is about (RFC 9493 §3; SSF 1.0 §3). */
sealed interface SubjectId {
    /** Longest part of an identifier, characters. */
    int MAX_TEXT = 512;

    /** Identifiers in one {@code aliases}. */
    int MAX_ALIASES = 16;

    /** Members of one complex subject. */
    int MAX_MEMBERS = 16;

    /** RFC 9493 §3.2.3. */
    record IssSub(String issuer, String subject) implements SubjectId {}

    /** RFC 9493 §3.2.2, in lower case: nobody tells two people apart by the case of their address. */
    record Email(String address) implements SubjectId {}

    /** RFC 9493 §3.2.4. */
    record Opaque(String id) implements SubjectId {}

    /** RFC 9493 §3.2.8: each names the same subject. */
    record Aliases(List<SubjectId> identifiers) implements SubjectId {}

    /** SSF 1.0 §3.3: each member narrows. */
    record Complex(Map<String, SubjectId> members) implements SubjectId {}

    /** Well formed, but of a format by which we know nobody: account, phone_number, did, uri, jwt_id, … */
    record Unknown(String format) implements SubjectId {}

    /** Reads one. Throws {@link RefusedSet} invalid_request. */
    static SubjectId of(JsonNode node) {
        return of(node, true);
    }

    private static SubjectId of(JsonNode node, boolean nested) {
        if (node == null || !node.isObject()) {
            throw malformed("sub_id is no object");
        }
        var format = text(node, "format");
        return switch (format) {
            case "iss_sub" -> new IssSub(text(node, "iss"), text(node, "sub"));
            case "email" -> new Email(text(node, "email").toLowerCase(Locale.ROOT));
            case "opaque" -> new Opaque(text(node, "id"));
            case "aliases" -> nested ? aliases(node) : refuseNesting();
            case "complex" -> nested ? complex(node) : refuseNesting();
            default -> new Unknown(format);
        };
    }

    private static SubjectId refuseNesting() {
        throw malformed("sub_id nests what may not be nested");
    }

    private static SubjectId aliases(JsonNode node) {
        var array = node.get("identifiers");
        if (array == null || !array.isArray() || array.isEmpty() || array.size() > MAX_ALIASES) {
            throw malformed("aliases has no identifiers, or too many");
        }
        var identifiers = new ArrayList<SubjectId>();
        array.forEach(identifier -> identifiers.add(of(identifier, false)));
        return new Aliases(List.copyOf(identifiers));
    }

    private static SubjectId complex(JsonNode node) {
        var members = new LinkedHashMap<String, SubjectId>();
        for (var member : node.properties()) {
            if (!member.getKey().equals("format")) {
                members.put(member.getKey(), of(member.getValue(), false));
            }
        }
        if (members.isEmpty() || members.size() > MAX_MEMBERS) {
            throw malformed("The complex subject has no members, or too many");
        }
        return new Complex(Map.copyOf(members));
    }

    private static String text(JsonNode node, String name) {
        var value = node.get(name);
        if (value == null || !value.isString()) {
            throw malformed("sub_id has no " + name);
        }
        var text = value.stringValue();
        if (text.isEmpty() || text.length() > MAX_TEXT || Json.hasControlCharacter(text)) {
            throw malformed("sub_id's " + name + " is empty or too long");
        }
        return text;
    }

    private static RefusedSet malformed(String description) {
        return new RefusedSet(Code.INVALID_REQUEST, description);
    }

    /** The word that evidence has for it. */
    default String format() {
        return switch (this) {
            case IssSub issSub -> "iss_sub";
            case Email email -> "email";
            case Opaque opaque -> "opaque";
            case Aliases aliases -> "aliases";
            case Complex complex -> "complex";
            case Unknown unknown -> "other";
        };
    }
}
