package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a {@link ClaimMapping} kept of an identity provider's claims.
 *
 * @param attributes of the principal
 * @param groups that the principal is in
 * @param json the same as text, {@code {"attrs","parents"}} in Cedar's JSON format; empty when nothing was kept
 */
public record MappedClaims(RecordValue attributes, Set<EntityUid> groups, String json) {
    /** Nothing. */
    public static final MappedClaims NONE = new MappedClaims(RecordValue.EMPTY, Set.of(), "");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public MappedClaims {
        requireNonNull(attributes);
        groups = Set.copyOf(groups);
        requireNonNull(json);
    }

    /** Reads {@link #json}. Throws {@link IllegalArgumentException}. */
    public static MappedClaims parse(String json) {
        return json.isEmpty() ? NONE : of(JSON.readTree(json), json);
    }

    static MappedClaims of(ObjectNode written) {
        return of(written, JSON.writeValueAsString(written));
    }

    private static MappedClaims of(JsonNode written, String json) {
        var groups = new LinkedHashSet<EntityUid>();
        written.path("parents").forEach(group -> groups.add(CedarJson.uid(group)));
        return new MappedClaims(CedarJson.record(written.path("attrs")), groups, json);
    }
}
