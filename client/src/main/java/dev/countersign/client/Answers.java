package dev.countersign.client;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what Countersign answers. Whatever is not exactly as documented is no permit. */
final class Answers {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final JsonMapper json;
    private final Set<String> fulfilled;

    /** @param fulfilled types of obligations on a permit that the enforcement point fulfils */
    Answers(JsonMapper json, Set<String> fulfilled) {
        this.json = json;
        this.fulfilled = fulfilled;
    }

    Decision decision(@Nullable JsonNode answer) {
        if (answer == null || !answer.path("decision").isBoolean()) {
            return new Decision.Unavailable("The answer has no decision");
        }
        var context = answer.path("context");
        var id = text(context, "evaluation_id");
        var nonce = text(context, "dpop_nonce");
        var obligations = obligations(context.path("obligations"));
        if (obligations == null) {
            return new Decision.Unavailable("The answer has obligations that cannot be read");
        }
        if (!answer.path("decision").booleanValue()) {
            return refused(context, obligations, nonce, id);
        }
        if (id == null) {
            return new Decision.Unavailable("The permit has no evaluation_id");
        }
        for (var obligation : obligations) {
            if (!fulfilled.contains(obligation.type())) {
                return new Decision.Refused(
                        Decision.Refused.UNKNOWN_OBLIGATION,
                        "The permit asks for " + obligation.type() + ", which this enforcement point does not know",
                        obligations,
                        null,
                        nonce,
                        id);
            }
        }
        return new Decision.Permit(id, text(context, "receipt"), nonce);
    }

    private Decision refused(
            JsonNode context, List<Obligation> obligations, @Nullable String nonce, @Nullable String id) {
        var reason = context.path("reason");
        var code = reason.isString() ? reason.stringValue() : text(reason, "code");
        var text = text(reason, "text");
        if (code == null) {
            code = "no_permit";
        }
        return new Decision.Refused(
                code, text == null ? code : text, obligations, accessRequest(context, code, id), nonce, id);
    }

    private @Nullable AccessRequest accessRequest(JsonNode context, String code, @Nullable String id) {
        var request = context.path("access_request");
        var expiresAt = text(request, "expires_at");
        if (expiresAt == null) {
            return null;
        }
        return new AccessRequest(
                text(request, "template"),
                expiresAt,
                text(request, "binding_token"),
                id,
                text(context, "evaluated_at"),
                code);
    }

    /** Null when they are there but cannot be read. */
    private @Nullable List<Obligation> obligations(JsonNode array) {
        if (array.isMissingNode() || array.isNull()) {
            return List.of();
        }
        if (!array.isArray()) {
            return null;
        }
        var obligations = new ArrayList<Obligation>();
        for (var each : array) {
            var type = text(each, "type");
            var properties = each.path("properties");
            if (type == null || !(properties.isMissingNode() || properties.isObject())) {
                return null;
            }
            var id = text(each, "id");
            var values = new HashMap<String, Object>();
            if (properties.isObject()) {
                values.putAll(json.convertValue(properties, OBJECT));
                values.values().removeIf(Objects::isNull);
            }
            obligations.add(new Obligation(id == null ? "" : id, type, values));
        }
        return obligations;
    }

    AccessTask task(JsonNode answer) {
        var task = answer.path("task");
        var id = text(task, "id");
        var status = text(task, "status");
        if (id == null || status == null) {
            throw new CountersignException(200, "The answer has no task");
        }
        var result = answer.path("result");
        var approval = "reevaluate".equals(text(result, "mode")) ? result.path("approval") : result.path("mode");
        return new AccessTask(
                id, status, instant(task, "expires_at"), text(approval, "id"), instant(approval, "approved_until"));
    }

    private static @Nullable Instant instant(JsonNode node, String name) {
        var text = text(node, name);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new CountersignException(200, "The answer's " + name + " is no time", e);
        }
    }

    private static @Nullable String text(JsonNode node, String name) {
        var value = node.path(name);
        return value.isString() ? value.stringValue() : null;
    }
}
