package dev.countersign.recorded;

import dev.countersign.policy.EntityUid;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.Requirement.Approval.Escalation;
import dev.countersign.policy.SigningMethod;
import dev.countersign.recorded.DecisionRecord.Stated;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** A requirement and whether it was met, as JSON. */
final class RequirementJson {
    private RequirementJson() {}

    static void write(Stated stated, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("kind", kind(stated.requirement()));
        json.writeStringProperty("policy", stated.requirement().policy());
        switch (stated.requirement()) {
            case Requirement.StepUp stepUp -> {
                if (stepUp.acr() != null) {
                    json.writeStringProperty("acr", stepUp.acr());
                }
                if (!stepUp.amr().isEmpty()) {
                    RecordJson.texts(json, "amr", stepUp.amr().stream().sorted().toList());
                }
                json.writeNumberProperty("max_age", stepUp.maxAge().toSeconds());
            }
            case Requirement.Approval approval -> {
                json.writeNumberProperty("quorum", approval.quorum());
                json.writeStringProperty("group_type", approval.approvers().type());
                json.writeStringProperty("group", approval.approvers().id());
                json.writeNumberProperty("expires", approval.expires().toSeconds());
                json.writeBooleanProperty("separate", approval.separate());
                RecordJson.texts(
                        json,
                        "methods",
                        approval.methods().stream()
                                .map(SigningMethod::word)
                                .sorted()
                                .toList());
                var escalation = approval.escalation();
                if (escalation != null) {
                    json.writeNumberProperty(
                            "escalate_after", escalation.after().toSeconds());
                    json.writeStringProperty(
                            "escalate_type", escalation.approvers().type());
                    json.writeStringProperty(
                            "escalate_to", escalation.approvers().id());
                }
            }
            case Requirement.Signature _, Requirement.Proof _ -> {}
        }
        json.writeBooleanProperty("satisfied", stated.satisfied());
        json.writeEndObject();
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

    /** Records of before there was a choice have none. */
    private static Set<SigningMethod> methods(JsonNode words) {
        if (words.isMissingNode()) {
            return SigningMethod.SIGNATURES;
        }
        var methods = EnumSet.noneOf(SigningMethod.class);
        words.forEach(word -> methods.add(SigningMethod.of(word.asString(""))
                .orElseThrow(() -> new IllegalArgumentException("unknown way of signing"))));
        return methods;
    }

    private static @Nullable Escalation escalation(JsonNode json) {
        return json.has("escalate_to")
                ? new Escalation(
                        seconds(json, "escalate_after"),
                        new EntityUid(RecordJson.text(json, "escalate_type"), RecordJson.text(json, "escalate_to")))
                : null;
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
                        json.path("separate").booleanValue(true),
                        methods(json.path("methods")),
                        escalation(json));
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
