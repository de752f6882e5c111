package dev.countersign.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The members of one JSON object, read with errors that name the member by its JSON Pointer. */
public final class Fields {
    /** Longest text of an ordinary field, characters. */
    public static final int MAX_TEXT = 4096;

    private final JsonNode object;
    private final String pointer;

    private Fields(JsonNode object, String pointer) {
        this.object = object;
        this.pointer = pointer;
    }

    /** The members of {@code node}, which stands at {@code pointer} ("" for the whole body) and must be an object. */
    public static Fields of(JsonNode node, String pointer) {
        if (!node.isObject()) {
            throw Problem.invalid(pointer, "Expected a JSON object");
        }
        return new Fields(node, pointer);
    }

    /** Where the object itself stands; "" for the whole body. */
    public String pointer() {
        return pointer;
    }

    /** Where member {@code name} stands. */
    public String at(String name) {
        return pointer + "/" + Json.escape(name);
    }

    public boolean has(String name) {
        return object.has(name) && !object.get(name).isNull();
    }

    /** The same place with {@code other} for its object, so that errors still point there. */
    public Fields replaced(JsonNode other) {
        return of(other, pointer);
    }

    /** The raw object. */
    public JsonNode node() {
        return object;
    }

    /** The raw member, or null when it is missing or null. */
    public @Nullable JsonNode get(String name) {
        return has(name) ? object.get(name) : null;
    }

    /** A required, non-empty string of at most {@link #MAX_TEXT} characters. */
    public String text(String name) {
        return text(name, MAX_TEXT);
    }

    /** A required, non-empty string of at most {@code max} characters. */
    public String text(String name, int max) {
        var value = optionalText(name, max);
        if (value == null) {
            throw Problem.invalid(at(name), "Missing");
        }
        return value;
    }

    /** A string or null. */
    public @Nullable String optionalText(String name) {
        return optionalText(name, MAX_TEXT);
    }

    /** A string of at most {@code max} characters or null. An empty string is refused. */
    public @Nullable String optionalText(String name, int max) {
        var value = get(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw Problem.invalid(at(name), "Expected a string");
        }
        var text = value.stringValue();
        if (text.isEmpty()) {
            throw Problem.invalid(at(name), "Must not be empty");
        }
        if (text.length() > max) {
            throw Problem.invalid(at(name), "Longer than " + max + " characters");
        }
        return text;
    }

    /** A required string that is one of {@code allowed}. */
    public String oneOf(String name, Set<String> allowed) {
        var value = text(name);
        if (!allowed.contains(value)) {
            throw Problem.invalid(
                    at(name),
                    "Unknown value; expected one of "
                            + allowed.stream().sorted().toList());
        }
        return value;
    }

    /** A required object. */
    public Fields object(String name) {
        var value = optionalObject(name);
        if (value == null) {
            throw Problem.invalid(at(name), "Missing");
        }
        return value;
    }

    public @Nullable Fields optionalObject(String name) {
        var value = get(name);
        return value == null ? null : of(value, at(name));
    }

    /** The elements of an array (empty when missing), each an object, at most {@code max}. */
    public List<Fields> objects(String name, int max) {
        var value = get(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw Problem.invalid(at(name), "Expected an array");
        }
        if (value.size() > max) {
            throw Problem.invalid(at(name), "More than " + max + " elements");
        }
        var list = new ArrayList<Fields>(value.size());
        for (var i = 0; i < value.size(); i++) {
            list.add(of(value.get(i), at(name) + "/" + i));
        }
        return list;
    }

    /** A required integer between {@code min} and {@code max}. */
    public long integer(String name, long min, long max) {
        var value = get(name);
        if (value == null) {
            throw Problem.invalid(at(name), "Missing");
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw Problem.invalid(at(name), "Expected an integer");
        }
        var number = value.longValue();
        if (number < min || number > max) {
            throw Problem.invalid(at(name), "Must be between " + min + " and " + max);
        }
        return number;
    }

    /** A boolean; {@code otherwise} when missing. */
    public boolean flag(String name, boolean otherwise) {
        var value = get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw Problem.invalid(at(name), "Expected true or false");
        }
        return value.booleanValue();
    }

    /** An RFC 3339 time in UTC, or null. */
    public @Nullable Instant optionalInstant(String name) {
        var text = optionalText(name);
        if (text == null) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw Problem.invalid(at(name), "Expected an RFC 3339 time in UTC");
        }
    }

    /** Refuses members that are not in {@code known}. */
    public Fields only(Set<String> known) {
        for (var name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw Problem.invalid(at(name), "Unknown member");
            }
        }
        return this;
    }
}
