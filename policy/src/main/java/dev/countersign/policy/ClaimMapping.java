package dev.countersign.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which claims of an ID token become attributes and groups of the principal: the file {@code claims.yaml} of a policy
 * folder. Immutable; {@link ClaimMappingReader} has held it to the schema.
 */
public final class ClaimMapping {
    /** The entity type of whoever logs in. */
    static final String PRINCIPAL = "User";

    /** Most that a session keeps, characters of JSON. */
    public static final int MAX_KEPT = 8 * 1024;

    /** Most groups of one claim. */
    public static final int MAX_GROUPS = 500;

    /** Longest text, characters. */
    public static final int MAX_TEXT = 1_024;

    static final ClaimMapping NONE = new ClaimMapping(List.of());

    private final List<Rule> rules;

    ClaimMapping(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * One claim.
     *
     * @param name of the attribute
     * @param claim as the file names it
     * @param path to the claim through objects
     * @param type of the attribute, or null when the claim names groups
     * @param group type of the groups, or null
     */
    record Rule(
            String name,
            String claim,
            List<String> path,
            @Nullable ClaimType type,
            @Nullable String group) {
        @Nullable
        JsonNode in(JsonNode claims) {
            var found = claims;
            for (var step : path) {
                found = found.get(step);
                if (found == null || found.isNull()) {
                    return null;
                }
            }
            return found;
        }
    }

    /**
     * Keeps what the rules name; a claim that is missing or null gives nothing. Throws {@link IllegalArgumentException}, with
     * a reason that holds no claim's value, when a claim is not of its type or there is more than may be kept.
     */
    public MappedClaims map(JsonNode claims) {
        var attributes = JsonNodeFactory.instance.objectNode();
        var parents = JsonNodeFactory.instance.arrayNode();
        for (var rule : rules) {
            var claim = rule.in(claims);
            if (claim == null) {
                continue;
            }
            if (rule.type != null) {
                attributes.set(rule.name, written(rule, rule.type, claim));
            } else if (rule.group != null) {
                for (var id : ids(rule, claim)) {
                    parents.addObject().put("type", rule.group).put("id", id);
                }
            }
        }
        if (attributes.isEmpty() && parents.isEmpty()) {
            return MappedClaims.NONE;
        }
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        kept.set("attrs", attributes);
        kept.set("parents", parents);
        var mapped = MappedClaims.of(kept);
        if (mapped.json().length() > MAX_KEPT) {
            throw new IllegalArgumentException("the mapped claims are longer than " + MAX_KEPT + " characters");
        }
        return mapped;
    }

    private static JsonNode written(Rule rule, ClaimType type, JsonNode claim) {
        var written = type.written(claim);
        if (written == null) {
            throw new IllegalArgumentException("claim " + rule.claim + " is no " + type.written());
        }
        return written;
    }

    private static Set<String> ids(Rule rule, JsonNode claim) {
        var ids = ClaimType.texts(claim);
        if (ids == null || ids.contains("") || ids.size() > MAX_GROUPS) {
            throw new IllegalArgumentException(
                    "claim " + rule.claim + " does not name at most " + MAX_GROUPS + " groups");
        }
        return ids;
    }

    /** Of what a session kept earlier, that which these rules still map: what is mapped no more is gone at once. */
    public MappedClaims stillMapped(MappedClaims kept) {
        if (kept.json().isEmpty()) {
            return kept;
        }
        var attributes = RecordValue.builder();
        var groups = new HashSet<EntityUid>();
        for (var rule : rules) {
            var value = kept.attributes().get(rule.name);
            if (rule.type != null && value != null && rule.type.fits(value)) {
                attributes.put(rule.name, value);
            }
            kept.groups().stream()
                    .filter(group -> group.type().equals(rule.group))
                    .forEach(groups::add);
        }
        return new MappedClaims(attributes.build(), groups, kept.json());
    }
}
