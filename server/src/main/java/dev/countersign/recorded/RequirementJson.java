package dev.countersign.recorded;

import dev.countersign.policy.EntityUid;
import dev.countersign.policy.Requirement;
import dev.countersign.recorded.DecisionRecord.Stated;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A requirement and whether it was met, as JSON. */
final class RequirementJson {
    private RequirementJson() {}

    static void write(Stated stated, ObjectNode json) {
        json.put("kind", kind(stated.requirement()));
        json.put("policy", stated.requirement().policy());
        switch (stated.requirement()) {
            case Requirement.StepUp stepUp -> {
                if (stepUp.acr() != null) {
                    json.put("acr", stepUp.acr());
                }
                if (!stepUp.amr().isEmpty()) {
                    var amr = json.putArray("amr");
                    stepUp.amr().stream().sorted().forEach(amr::add);
                }
                json.put("max_age", stepUp.maxAge().toSeconds());
            }
            case Requirement.Approval approval ->
                json.put("quorum", approval.quorum())
                        .put("group_type", approval.approvers().type())
                        .put("group", approval.approvers().id())
                        .put("expires", approval.expires().toSeconds())
                        .put("separate", approval.separate());
            case Requirement.Signature _, Requirement.Proof _ -> {}
        }
        json.put("satisfied", stated.satisfied());
    }

    /** The word of {@code @require}. */
    static String kind(Requirement requirement) {
        return switch (requirement) {
            case Requirement.StepUp _ -> "step-up";
            case Requirement.Approval _ -> "approval";
            case Requirement.Signature _ -> "signature";
            case Requirement.Proof _ -> "proof";
        };
    }

    /** Throws {@link IllegalArgumentException}. */
    static Stated read(JsonNode json) {
        var policy = RecordJson.text(json, "policy");
        var requirement = switch (RecordJson.text(json, "kind")) {
            case "step-up" ->
                new Requirement.StepUp(
                        policy,
                        json.has("acr") ? RecordJson.text(json, "acr") : null,
                        amr(json.path("amr")),
                        seconds(json, "max_age"));
            case "approval" ->
                new Requirement.Approval(
                        policy,
                        Math.toIntExact(RecordJson.number(json, "quorum")),
                        new EntityUid(RecordJson.text(json, "group_type"), RecordJson.text(json, "group")),
                        seconds(json, "expires"),
                        json.path("separate").booleanValue(true));
            case "signature" -> new Requirement.Signature(policy);
            case "proof" -> new Requirement.Proof(policy);
            default -> throw new IllegalArgumentException("unknown kind of requirement");
        };
        return new Stated(requirement, json.path("satisfied").booleanValue(false));
    }

    private static Set<String> amr(JsonNode array) {
        var amr = new LinkedHashSet<String>();
        array.forEach(method -> amr.add(method.stringValue("")));
        return amr;
    }

    private static Duration seconds(JsonNode json, String name) {
        return Duration.ofSeconds(RecordJson.number(json, name));
    }
}
