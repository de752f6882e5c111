package dev.countersign.entity;

import static java.util.Objects.requireNonNull;

import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.policy.CedarJson;
import dev.countersign.policy.CedarJsonException;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Value;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An entity in Cedar's JSON format (Cedar reference, "Entities and context syntax"): {@code uid, attrs, parents, tags}.
 *
 * @param body what is stored of it: {@code {"attrs","parents","tags"}}
 */
record EntityDocument(Entity entity, String body) {
    /** Longest type or id, characters: what questions may name. */
    static final int MAX_NAME = 512;

    /** Most groups that an entity is directly in. */
    static final int MAX_PARENTS = 500;

    private static final String ATTRIBUTES = "attrs";
    private static final String PARENTS = "parents";
    private static final String TAGS = "tags";

    EntityDocument {
        requireNonNull(entity);
        requireNonNull(body);
    }

    EntityUid uid() {
        return entity.uid();
    }

    /** Reads one that names itself. Throws Problem 400 with the JSON Pointer of what does not fit. */
    static EntityDocument read(JsonNode json) {
        var fields = Fields.of(json, "").only(Set.of("uid", ATTRIBUTES, PARENTS, TAGS));
        return read(fields, uid(fields.object("uid")));
    }

    /** Reads the one that {@code uid} names; it may, but need not, say so itself. */
    static EntityDocument read(JsonNode json, EntityUid uid) {
        var fields = Fields.of(json, "").only(Set.of("uid", ATTRIBUTES, PARENTS, TAGS));
        if (fields.has("uid") && !uid(fields.object("uid")).equals(uid)) {
            throw Problem.invalid("/uid", "It names another entity than the path");
        }
        return read(fields, uid);
    }

    /** Reads what is stored of {@code uid}. */
    static Entity stored(EntityUid uid, String body) {
        return read(Fields.of(Json.MAPPER.readTree(body), ""), uid).entity();
    }

    /** Where in a stored body {@code parent} is named, as JSON Pointer; {@code /parents} when it is not. */
    static String pointerTo(String body, EntityUid parent) {
        var parents = Json.MAPPER.readTree(body).path(PARENTS);
        for (var i = 0; i < parents.size(); i++) {
            if (CedarJson.uid(parents.get(i)).equals(parent)) {
                return "/" + PARENTS + "/" + i;
            }
        }
        return "/" + PARENTS;
    }

    /** Problem 400 when there can be no stored entity of this name. */
    static void requireName(EntityUid uid, String pointer) {
        if (uid.type().equals("Action") || uid.type().endsWith("::Action")) {
            throw Problem.invalid(pointer, "Actions are the schema's own and cannot be stored");
        }
        for (var name : new String[] {uid.type(), uid.id()}) {
            if (name.isEmpty() || name.length() > MAX_NAME || Json.hasControlCharacter(name)) {
                throw Problem.invalid(
                        pointer, "Type and id have 1 to " + MAX_NAME + " characters and no control characters");
            }
        }
    }

    private static EntityDocument read(Fields fields, EntityUid uid) {
        requireName(uid, "/uid");
        var attributes = record(fields.optionalObject(ATTRIBUTES));
        var tags = record(fields.optionalObject(TAGS));
        var entity = new Entity(uid, attributes, parents(fields), tags);
        var stored = Json.MAPPER.createObjectNode();
        for (var name : new String[] {ATTRIBUTES, PARENTS, TAGS}) {
            var member = fields.get(name);
            if (member != null) {
                stored.set(name, member);
            }
        }
        return new EntityDocument(entity, Json.MAPPER.writeValueAsString(stored));
    }

    private static EntityUid uid(Fields fields) {
        var named = fields.has("__entity") ? fields.object("__entity") : fields;
        named.only(Set.of("type", "id"));
        return new EntityUid(named.text("type", MAX_NAME), named.text("id", MAX_NAME));
    }

    private static RecordValue record(@Nullable Fields fields) {
        if (fields == null || fields.node().isEmpty()) {
            return RecordValue.EMPTY;
        }
        var members =
                LinkedHashMap.<String, Value>newLinkedHashMap(fields.node().size());
        for (var member : fields.node().properties()) {
            try {
                members.put(member.getKey(), CedarJson.value(member.getValue()));
            } catch (CedarJsonException e) {
                throw Problem.invalid(fields.at(member.getKey()) + e.pointer(), "Not a Cedar value: " + e.reason());
            }
        }
        return RecordValue.of(members);
    }

    private static Set<EntityUid> parents(Fields fields) {
        var parents = new LinkedHashSet<EntityUid>();
        for (var parent : fields.objects(PARENTS, MAX_PARENTS)) {
            parents.add(uid(parent));
        }
        return parents;
    }
}
