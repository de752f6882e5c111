package dev.countersign.transaction;

import dev.countersign.http.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Needs as JSON, in binding tokens and in the store. */
final class NeedsJson {
    private NeedsJson() {}

    static JsonNode write(List<ApprovalNeed> needs) {
        var array = Json.MAPPER.createArrayNode();
        for (var need : needs) {
            array.addObject()
                    .put("policy", need.policy())
                    .put("quorum", need.quorum())
                    .put("group", need.group())
                    .put("expires", need.expires().toSeconds())
                    .put("separate", need.separate());
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
                    need.get("separate").booleanValue()));
        }
        return needs;
    }
}
