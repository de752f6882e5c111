package dev.countersign.signal;

import dev.countersign.http.Json;
import dev.countersign.session.Acr;
import dev.countersign.session.Assurance;
import dev.countersign.session.SessionObserver.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What we tell of a change of a session (CAEP 1.0). docs/signals.md has the table. */
record SentEvents(EventType type, ObjectNode event) {
    /** Where our levels of assurance are from. */
    static final String NAMESPACE = "urn:countersign:acr";

    private static final String HIGH = "HIGH";

    static List<SentEvents> of(Change change, Instant at) {
        return switch (change) {
            case Change.Ended ended ->
                List.of(new SentEvents(
                        EventType.SESSION_REVOKED,
                        base(at, ended.reason(), ended.reason().contains("logout") ? "user" : "policy")));
            // A suspended session may come back: it is at risk, not revoked.
            case Change.Suspended suspended -> List.of(risk(at, suspended.reason(), HIGH, "LOW"));
            case Change.Raised raised -> raised(raised, at);
            case Change.Lowered lowered ->
                List.of(new SentEvents(
                        EventType.ASSURANCE_LEVEL_CHANGE,
                        levels(
                                base(at, lowered.reason(), "policy"),
                                lowered.before().acr(),
                                Acr.BASE,
                                "decrease")));
        };
    }

    private static List<SentEvents> raised(Change.Raised raised, Instant at) {
        var events = new ArrayList<SentEvents>();
        if (raised.wasSuspended()) {
            events.add(risk(at, "step-up", "LOW", HIGH));
        }
        if (isHigher(raised.now(), raised.before())) {
            events.add(new SentEvents(
                    EventType.ASSURANCE_LEVEL_CHANGE,
                    levels(
                            base(at, "step-up", "user"),
                            raised.before().acr(),
                            raised.now().acr(),
                            "increase")));
        }
        return events;
    }

    private static boolean isHigher(Assurance now, Assurance before) {
        return !now.acr().equals(before.acr()) && Acr.satisfies(now.acr(), before.acr());
    }

    /** An authenticator that is registered with us came, went or was given up. */
    static SentEvents credential(String credentialType, String changeType, String reason, Instant at) {
        var event = base(at, reason, "user");
        event.put("credential_type", credentialType).put("change_type", changeType);
        return new SentEvents(EventType.CREDENTIAL_CHANGE, event);
    }

    private static SentEvents risk(Instant at, String reason, String now, String before) {
        var event = base(at, reason, "policy");
        event.put("principal", "SESSION")
                .put("current_level", now)
                .put("previous_level", before)
                .put("risk_reason", reason);
        return new SentEvents(EventType.RISK_LEVEL_CHANGE, event);
    }

    private static ObjectNode levels(ObjectNode event, String before, String now, String direction) {
        return event.put("namespace", NAMESPACE)
                .put("previous_level", before)
                .put("current_level", now)
                .put("change_direction", direction);
    }

    /** CAEP interoperability profile §3: {@code reason_admin} is never empty. */
    private static ObjectNode base(Instant at, String reason, String by) {
        var event = Json.MAPPER.createObjectNode();
        event.put("event_timestamp", at.getEpochSecond()).put("initiating_entity", by);
        event.putObject("reason_admin").put("en", reason.isEmpty() ? "not given" : reason);
        return event;
    }
}
