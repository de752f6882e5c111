package dev.countersign.decision;

import dev.countersign.http.Json;
import dev.countersign.policy.ExplanationJson;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.SigningMethod;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes decisions as AuthZEN 1.0 answers with the Obligations and the Access Request and Approval profile. */
final class DecisionJson {
    /** Longest explanation in an answer, characters; what is longer is told with less detail. */
    static final int MAX_EXPLANATION = 16 * 1024;

    private DecisionJson() {}

    /** The answer to {@code question}, which may have named an approval. */
    static ObjectNode write(Decision decision, Question question) {
        var answer = write(decision);
        var next = question.approval() == null ? null : nextAction(decision);
        if (next != null) {
            answer.withObject("/context").put("next_action", next);
        }
        return answer;
    }

    /**
     * What to do after a refusal in spite of an approval (Access Request and Approval profile, "Approval and Re-evaluation"); null
     * when there is none, or the obligations say it.
     */
    private static @Nullable String nextAction(Decision decision) {
        if (decision.offer() != null) {
            return "request";
        }
        return switch (decision.code()) {
            case PERMITTED,
                    STEP_UP_REQUIRED,
                    APPROVAL_REQUIRED,
                    SIGNATURE_REQUIRED,
                    PROOF_REQUIRED,
                    SESSION_SUSPENDED -> null;
            case USE_DPOP_NONCE, REPLAYED_PROOF, INVALID_PROOF -> "retry"; // with another proof
            case NO_PERMIT,
                    FORBIDDEN,
                    POLICY_ERROR,
                    INVALID_SESSION,
                    SESSION_ENDED,
                    SUBJECT_MISMATCH,
                    TRANSACTION_MISMATCH,
                    ALREADY_SPENT,
                    UNRESOLVED_OUTCOME -> "none";
        };
    }

    static ObjectNode write(Decision decision) {
        var answer = Json.MAPPER.createObjectNode();
        answer.put("decision", decision.isPermit());
        var context = answer.putObject("context");
        context.put("evaluation_id", decision.evaluationId());
        context.put("evaluated_at", decision.at().toString());
        context.put("policy", decision.policy());
        var reason = context.putObject("reason");
        reason.put("code", decision.code().word());
        var policies = reason.putArray("policies");
        decision.policies().forEach(policies::add);
        reason.put("text", decision.text());
        if (decision.explanation() != null) {
            reason.set("explanation", ExplanationJson.write(decision.explanation(), MAX_EXPLANATION));
        }
        if (!decision.requirements().isEmpty()) {
            obligations(context.putArray("obligations"), decision.requirements());
        }
        var offer = decision.offer();
        if (offer != null) {
            context.putObject("access_request")
                    .put("endpoint", offer.endpoint().toString())
                    .put("template", offer.template())
                    .put("expires_at", offer.expiresAt().toString())
                    .put("binding_token", offer.bindingToken());
        }
        var receipt = decision.receipt();
        if (receipt != null) {
            context.put("receipt", receipt.jws());
        }
        if (!decision.warnings().isEmpty()) {
            var warnings = context.putArray("warnings");
            decision.warnings()
                    .forEach(warning ->
                            warnings.addObject().put("pointer", warning.path()).put("reason", warning.reason()));
        }
        if (decision.nonce() != null) {
            context.put("dpop_nonce", decision.nonce());
        }
        return answer;
    }

    /** Requirements that are open, one object each. */
    static void obligations(ArrayNode obligations, List<Requirement> open) {
        for (var requirement : open) {
            var obligation = obligations.addObject();
            obligation.put("id", "o" + obligations.size());
            switch (requirement) {
                case Requirement.StepUp stepUp -> stepUp(obligation, stepUp);
                case Requirement.Approval approval -> approval(obligation, approval);
                case Requirement.Signature signature ->
                    obligation.put("type", "signature").putObject("properties").put("policy", signature.policy());
                case Requirement.Proof proof ->
                    obligation.put("type", "proof").putObject("properties").put("policy", proof.policy());
            }
        }
    }

    private static void approval(ObjectNode obligation, Requirement.Approval approval) {
        var properties = obligation.put("type", "approval").putObject("properties");
        properties
                .put("policy", approval.policy())
                .put("quorum", approval.quorum())
                .put("group", approval.approvers().id())
                .put("separate", approval.separate());
        var methods = properties.putArray("methods");
        approval.methods().stream().map(SigningMethod::word).sorted().forEach(methods::add);
    }

    private static void stepUp(ObjectNode obligation, Requirement.StepUp stepUp) {
        var properties = obligation.put("type", "step-up").putObject("properties");
        if (stepUp.acr() != null) {
            properties.put("acr_value", stepUp.acr());
        }
        amr(properties, stepUp.amr());
        properties.put("max_age", stepUp.maxAge().toSeconds());
    }

    private static void amr(ObjectNode properties, Set<String> methods) {
        if (!methods.isEmpty()) {
            var values = properties.putArray("amr_values");
            methods.stream().sorted().forEach(values::add);
        }
    }
}
