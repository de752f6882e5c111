package dev.countersign.transaction;

import dev.countersign.http.Json;
import dev.countersign.policy.SigningMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Needs as JSON, in binding tokens and in the store. */
final class NeedsJson {
    private NeedsJson() {}

    static JsonNode write(List<ApprovalNeed> needs) {
        var array = Json.MAPPER.createArrayNode();
        for (var need : needs) {
            var json = array.addObject()
                    .put("policy", need.policy())
                    .put("quorum", need.quorum())
                    .put("group", need.group())
                    .put("expires", need.expires().toSeconds())
                    .put("separate", need.separate());
            var methods = json.putArray("methods");
            need.methods().stream().map(SigningMethod::word).sorted().forEach(methods::add);
            var escalation = need.escalation();
            if (escalation != null) {
                json.put("escalate_after", escalation.after().toSeconds()).put("escalate_to", escalation.group());
            }
        }
        return array;
    }

    static List<ApprovalNeed> read(JsonNode array) {
        var needs = new ArrayList<ApprovalNeed>();
        for (var need : array) {
            needs.add(new ApprovalNeed(
                    need.get("policy").stringValue(),
                    need.get("quorum").intValue(),
                    need.get("group").stringValue(),
                    Duration.ofSeconds(need.get("expires").longValue()),
                    need.get("separate").booleanValue(),
                    methods(need.path("methods")),
                    escalation(need)));
        }
        return needs;
    }

    /** Needs of before there was a choice have none. */
    private static Set<SigningMethod> methods(JsonNode words) {
        if (words.isMissingNode()) {
            return SigningMethod.SIGNATURES;
        }
        var methods = EnumSet.noneOf(SigningMethod.class);
        words.forEach(word -> methods.add(SigningMethod.of(word.stringValue()).orElseThrow()));
        return methods;
    }

    private static ApprovalNeed.@Nullable Escalation escalation(JsonNode need) {
        return need.has("escalate_to")
                ? new ApprovalNeed.Escalation(
                        Duration.ofSeconds(need.get("escalate_after").longValue()),
                        need.get("escalate_to").stringValue())
                : null;
    }
}
