package dev.countersign.supervision;

import dev.countersign.http.Json;
import dev.countersign.session.Assurance;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionSearch.Seen;
import dev.countersign.session.SessionSearch.Standing;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** Writes sessions for programs. */
final class SessionJson {
    private SessionJson() {}

    static ObjectNode write(Seen seen, SessionId viewer, Instant now) {
        var session = seen.session();
        var json = Json.MAPPER.createObjectNode();
        json.put("id", session.id().value());
        json.put("parent", session.parent() == null ? null : session.parent().value());
        json.put("current", session.id().equals(viewer));
        json.putObject("principal")
                .put("type", session.principal().type())
                .put("id", session.principal().id());
        json.put("person", session.person().id());
        json.put("client", session.client());
        json.put("issuer", session.issuer());
        json.put("state", Standing.of(session, now).name().toLowerCase(Locale.ROOT));
        json.put("state_reason", session.stateReason());
        json.put("address", session.startedFrom());
        json.put("user_agent", session.userAgent());
        json.put("binding", session.binding().kind());
        json.put("key", seen.key());
        json.put("started_at", session.startedAt().toString());
        json.put("last_used_at", seen.lastUsedAt().toString());
        json.put("idle_expires_at", session.idleExpiresAt().toString());
        json.put("expires_at", session.expiresAt().toString());
        json.set("login", assurance(session.login()));
        if (session.stepUp() != null) {
            json.set("step_up", assurance(session.stepUp()));
        }
        json.put("signals", session.signals());
        return json;
    }

    private static ObjectNode assurance(Assurance assurance) {
        var json = Json.MAPPER.createObjectNode();
        json.put("acr", assurance.acr());
        var amr = json.putArray("amr");
        assurance.amr().stream().sorted().forEach(amr::add);
        json.put("auth_time", assurance.at().getEpochSecond());
        return json;
    }
}
