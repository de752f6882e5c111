package dev.countersign.policy;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The types that a claim can have as an attribute. */
enum ClaimType {
    STRING("String"),
    LONG("Long"),
    BOOL("Bool"),
    DECIMAL("decimal"),
    SET_OF_STRINGS("Set<String>");

    private final String written;

    ClaimType(String written) {
        this.written = written;
    }

    /** As schemas write it. */
    String written() {
        return written;
    }

    static Optional<ClaimType> of(String written) {
        var wanted = written.equals("Boolean") ? BOOL.written : written.replace(" ", "");
        return Arrays.stream(values())
                .filter(type -> type.written.equals(wanted))
                .findFirst();
    }

    /** The claim in Cedar's JSON format, or null when it is not of this type. */
    @Nullable
    JsonNode written(JsonNode claim) {
        return switch (this) {
            case STRING -> claim.isString() && isText(claim.stringValue()) ? claim : null;
            case LONG -> claim.isIntegralNumber() && claim.canConvertToLong() ? claim : null;
            case BOOL -> claim.isBoolean() ? claim : null;
            case DECIMAL -> decimal(claim);
            case SET_OF_STRINGS -> {
                var texts = texts(claim);
                if (texts == null) {
                    yield null;
                }
                var array = JsonNodeFactory.instance.arrayNode();
                texts.forEach(array::add);
                yield array;
            }
        };
    }

    private static @Nullable JsonNode decimal(JsonNode claim) {
        if (!claim.isString()) {
            return null; // a JSON number with a fraction is not the same everywhere
        }
        try {
            DecimalValue.parse(claim.stringValue());
        } catch (IllegalArgumentException e) {
            return null;
        }
        var call = JsonNodeFactory.instance.objectNode();
        call.putObject("__extn").put("fn", "decimal").put("arg", claim.stringValue());
        return call;
    }

    /** True for a value of an earlier mapping that is of this type. */
    boolean fits(Value value) {
        return switch (this) {
            case STRING -> value instanceof StringValue;
            case LONG -> value instanceof LongValue;
            case BOOL -> value instanceof Bool;
            case DECIMAL -> value instanceof DecimalValue;
            case SET_OF_STRINGS ->
                value instanceof SetValue set && set.elements().stream().allMatch(StringValue.class::isInstance);
        };
    }

    /** A text or an array of texts, or null. */
    static @Nullable Set<String> texts(JsonNode claim) {
        var texts = new LinkedHashSet<String>();
        for (var each : claim.isArray() ? claim : java.util.List.of(claim)) {
            if (!each.isString() || !isText(each.stringValue())) {
                return null;
            }
            texts.add(each.stringValue());
        }
        return texts;
    }

    private static boolean isText(String text) {
        return text.length() <= ClaimMapping.MAX_TEXT && text.chars().noneMatch(Character::isISOControl);
    }
}
