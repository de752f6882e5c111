package dev.countersign.policy;

import dev.countersign.policy.Explanation.ConditionFinding;
import dev.countersign.policy.Explanation.Finding;
import dev.countersign.policy.Explanation.HeadFinding;
import dev.countersign.policy.Explanation.PolicyFinding;
import dev.countersign.policy.Explanation.Reading;
import dev.countersign.policy.Explanation.Verdict;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Explanations as JSON, for people's tools and pages. docs/policy.md shows one. */
public final class ExplanationJson {
    /** Longest source text, characters; longer ones are cut. */
    public static final int MAX_SOURCE = 400;

    /** Most groups of one entity that are told. */
    public static final int MAX_GROUPS = 20;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ExplanationJson() {}

    /** Policies that are told when not all of them fit: those behind the answer, in error, and permits that failed, first. */
    private static final int FEW = 20;

    /** How much is told, from all to little. */
    private enum Detail {
        EVERYTHING(Integer.MAX_VALUE),
        FEW_POLICIES(FEW),
        FEW_CONDITIONS(FEW),
        FEW_VERDICTS(FEW),
        VERY_FEW_VERDICTS(3);

        private final int policies;

        Detail(int policies) {
            this.policies = policies;
        }

        boolean tellsParts() {
            return compareTo(FEW_POLICIES) <= 0;
        }

        boolean tellsConditions() {
            return compareTo(FEW_CONDITIONS) <= 0;
        }
    }

    /** Everything. */
    public static ObjectNode write(Explanation explanation) {
        return write(explanation, Detail.EVERYTHING);
    }

    /** As much as fits in {@code most} characters of JSON; {@code "shortened": true} says that there is more. */
    public static ObjectNode write(Explanation explanation, int most) {
        for (var detail : Detail.values()) {
            var json = write(explanation, detail);
            if (detail != Detail.EVERYTHING) {
                json.put("shortened", true);
            }
            if (json.toString().length() <= most) {
                return json;
            }
        }
        return NODES.objectNode().put("shortened", true);
    }

    private static ObjectNode write(Explanation explanation, Detail detail) {
        var json = answer(explanation.answer());
        json.put("policy_set", explanation.policySet().value());
        var request = explanation.request();
        json.put("principal", request.principal().toString());
        json.put("action", request.action().toString());
        json.put("resource", request.resource().toString());
        var policies = json.putArray("policies");
        var told = explanation.policies().stream()
                .sorted(Comparator.comparingInt(ExplanationJson::interest))
                .limit(detail.policies)
                .collect(Collectors.toSet());
        explanation.policies().stream()
                .filter(told::contains)
                .forEach(finding -> policies.add(policy(finding, detail)));
        var omitted = explanation.omitted() + explanation.policies().size() - told.size();
        if (omitted > 0) {
            json.put("omitted", omitted);
        }
        var changes = json.putArray("changes");
        explanation.changes().forEach(change -> changes.add(change(change)));
        return json;
    }

    /** What people ask for first comes first. */
    private static int interest(PolicyFinding finding) {
        if (finding.decided() || finding.verdict() == Verdict.ERROR) {
            return 0;
        }
        return finding.verdict() == Verdict.CONDITION_FAILS && finding.policy().effect() == Effect.PERMIT ? 1 : 2;
    }

    /** {@code {"decision","reason","deciding","requirements"}}: the open requirements. */
    public static ObjectNode answer(Answer answer) {
        var json = NODES.objectNode().put("decision", answer.decision()).put("reason", answer.code());
        var deciding = json.putArray("deciding");
        answer.policies().forEach(policy -> deciding.add(policy.id()));
        if (answer instanceof Answer.Open open) {
            var requirements = json.putArray("requirements");
            open.requirements().forEach(one -> requirements.add(requirement(one)));
        }
        return json;
    }

    private static ObjectNode requirement(Requirement requirement) {
        var json = NODES.objectNode().put("kind", requirement.kind());
        json.put("policy", requirement.policy());
        switch (requirement) {
            case Requirement.StepUp stepUp -> {
                if (stepUp.acr() != null) {
                    json.put("acr", stepUp.acr());
                }
                var amr = json.putArray("amr");
                stepUp.amr().stream().sorted().forEach(amr::add);
                json.put("max_age", stepUp.maxAge().toSeconds());
            }
            case Requirement.Approval approval -> {
                json.put("quorum", approval.quorum())
                        .put("approvers", approval.approvers().toString())
                        .put("expires", approval.expires().toSeconds())
                        .put("separate", approval.separate());
                var methods = json.putArray("methods");
                approval.methods().stream().map(SigningMethod::word).sorted().forEach(methods::add);
                var escalation = approval.escalation();
                if (escalation != null) {
                    json.put("escalate_after", escalation.after().toSeconds())
                            .put("escalate_to", escalation.approvers().toString());
                }
            }
            case Requirement.Signature signature -> {}
            case Requirement.Proof proof -> {}
        }
        return json;
    }

    private static ObjectNode policy(PolicyFinding finding, Detail detail) {
        var policy = finding.policy();
        var json = NODES.objectNode().put("id", policy.id());
        json.put("effect", word(policy.effect()));
        json.put("verdict", word(finding.verdict()));
        json.put("decided", finding.decided());
        json.put("file", finding.source().file());
        json.put("line", finding.source().line());
        if (!policy.text().isEmpty()) {
            json.put("text", ValueText.cut(policy.text(), MAX_SOURCE));
        }
        if (finding.verdict() == Verdict.HEAD_DIFFERS && detail.tellsConditions()) {
            var head = json.putArray("head");
            finding.head().stream().filter(part -> !part.matches()).forEach(part -> head.add(head(part)));
        }
        if (!finding.conditions().isEmpty() && detail.tellsConditions()) {
            var conditions = json.putArray("conditions");
            finding.conditions().forEach(condition -> conditions.add(condition(condition, detail)));
        }
        if (!finding.requirements().isEmpty()) {
            var requirements = json.putArray("requirements");
            finding.requirements()
                    .forEach(one ->
                            requirements.add(requirement(one.requirement()).put("satisfied", one.satisfied())));
        }
        return json;
    }

    private static ObjectNode head(HeadFinding part) {
        var json = place(part.source()).put("part", part.part());
        json.put("actual", part.actual().toString());
        groups(json, part.groups());
        return json;
    }

    private static ObjectNode condition(ConditionFinding condition, Detail detail) {
        var json = finding(condition.finding(), detail);
        json.put("kind", condition.isWhen() ? "when" : "unless");
        json.put("holds", condition.holds());
        json.put("reached", condition.isReached());
        return json;
    }

    private static ObjectNode finding(Finding finding, Detail detail) {
        var json = place(finding.source()).put("outcome", word(finding.outcome()));
        if (finding.error() != null) {
            json.put("error", ValueText.cut(finding.error(), MAX_SOURCE));
        }
        if (!detail.tellsParts()) {
            return json;
        }
        if (!finding.readings().isEmpty()) {
            readings(json.putArray("values"), finding.readings());
        }
        if (!finding.parts().isEmpty()) {
            var parts = json.putArray("parts");
            finding.parts().forEach(part -> parts.add(finding(part, detail)));
        }
        return json;
    }

    private static void readings(ArrayNode array, Collection<Reading> readings) {
        for (var reading : readings) {
            var json = array.addObject().put("path", reading.path());
            json.put("value", reading.value() == null ? null : ValueText.of(reading.value()));
            groups(json, reading.groups());
        }
    }

    private static void groups(ObjectNode json, Collection<EntityUid> groups) {
        if (!groups.isEmpty()) {
            var array = json.putArray("in");
            groups.stream().limit(MAX_GROUPS).forEach(group -> array.add(group.toString()));
        }
    }

    private static ObjectNode change(Change change) {
        var json = NODES.objectNode().put("kind", word(change.kind())).put("what", change.what());
        json.put("from", change.from() == null ? null : ValueText.of(change.from()));
        json.put("to", change.to() == null ? null : ValueText.of(change.to()));
        if (change.isExample()) {
            json.put("example", true);
        }
        json.set("answer", answer(change.answer()));
        return json;
    }

    private static ObjectNode place(SourceRange source) {
        return NODES.objectNode()
                .put("file", source.file())
                .put("line", source.line())
                .put("column", source.column())
                .put("source", ValueText.cut(source.text(), MAX_SOURCE));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
