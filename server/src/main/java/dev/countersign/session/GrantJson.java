package dev.countersign.session;

import dev.countersign.evidence.Entry;
import dev.countersign.http.Json;
import dev.countersign.session.Grant.Actor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Grants as the database, tokens and evidence write them. */
final class GrantJson {
    private GrantJson() {}

    static @Nullable String write(Grant grant) {
        if (grant.equals(Grant.UNLIMITED)) {
            return null;
        }
        var object = Json.MAPPER.createObjectNode();
        texts(object.putArray("scopes"), grant.scopes());
        texts(object.putArray("audiences"), grant.audiences());
        var actors = object.putArray("actors");
        grant.actors()
                .forEach(actor -> actors.addObject().put("type", actor.type()).put("id", actor.id()));
        details(object.putArray("details"), grant.details());
        object.put("derived", grant.derived());
        return Json.MAPPER.writeValueAsString(object);
    }

    static Grant read(@Nullable String json) {
        if (json == null) {
            return Grant.UNLIMITED;
        }
        var object = Json.MAPPER.readTree(json);
        var actors = new ArrayList<Actor>();
        for (var actor : object.get("actors")) {
            actors.add(
                    new Actor(actor.get("type").stringValue(), actor.get("id").stringValue()));
        }
        return new Grant(
                set(object.get("scopes")),
                set(object.get("audiences")),
                actors,
                AuthorizationDetails.trusted(object.get("details")),
                object.get("derived").booleanValue());
    }

    /** The claims that say it: {@code aud}, {@code scope} (RFC 9068 §2.2), {@code act} (RFC 8693 §4.1), details (RFC 9396 §9). */
    static void claims(Grant grant, String client, ObjectNode claims) {
        audience(grant, client, claims);
        if (!grant.scopes().isEmpty()) {
            claims.put("scope", scope(grant.scopes()));
        }
        if (!grant.actors().isEmpty()) {
            claims.set("act", act(grant.actors()));
        }
        if (!grant.details().isEmpty()) {
            details(claims.putArray("authorization_details"), grant.details());
        }
    }

    private static void audience(Grant grant, String client, ObjectNode claims) {
        if (grant.audiences().size() <= 1) {
            claims.put("aud", grant.audiences().stream().findFirst().orElse(client));
        } else {
            texts(claims.putArray("aud"), grant.audiences());
        }
    }

    static String scope(Set<String> scopes) {
        return String.join(" ", scopes.stream().sorted().toList());
    }

    /** Who acts now, and within it who acted before. */
    static ObjectNode act(List<Actor> actors) {
        var first = actors.getFirst();
        var act = Json.MAPPER.createObjectNode().put("sub", first.id()).put("principal_type", first.type());
        if (actors.size() > 1) {
            act.set("act", act(actors.subList(1, actors.size())));
        }
        return act;
    }

    /** What evidence says of it: of details, their hashes. */
    static void describe(Grant grant, Entry entry) {
        if (!grant.scopes().isEmpty()) {
            entry.with("scope", scope(grant.scopes()));
        }
        if (!grant.audiences().isEmpty()) {
            entry.with("audience", grant.audiences().stream().sorted().toList());
        }
        if (!grant.actors().isEmpty()) {
            entry.with("actors", grant.actors().stream().map(Actor::toString).toList());
        }
        if (!grant.details().isEmpty()) {
            entry.with(
                    "authorization_details",
                    grant.details().all().stream()
                            .map(AuthorizationDetails.Detail::hash)
                            .toList());
        }
    }

    static void details(ArrayNode array, AuthorizationDetails details) {
        details.all().forEach(detail -> array.add(detail.json()));
    }

    private static void texts(ArrayNode array, Set<String> texts) {
        texts.stream().sorted().forEach(array::add);
    }

    private static Set<String> set(JsonNode array) {
        var texts = new LinkedHashSet<String>();
        array.forEach(text -> texts.add(text.stringValue()));
        return texts;
    }
}
