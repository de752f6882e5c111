package dev.countersign.decision;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** The Access Evaluations API (AuthZEN §7): several independent evaluations in one request. */
final class Batch {
    /** Most evaluations in one request. */
    static final int MAX_EVALUATIONS = 100;

    private static final List<String> DEFAULTED = List.of("subject", "action", "resource", "context");

    /** The required members of each entity, which an evaluation may leave to the default. */
    private static final Map<String, List<String>> REQUIRED =
            Map.of("subject", List.of("type", "id"), "action", List.of("name"), "resource", List.of("type", "id"));

    private final Decisions decisions;

    Batch(Decisions decisions) {
        this.decisions = decisions;
    }

    /** Throws Problem for what is wrong with the request as a whole; an evaluation that does not fit is answered as one. */
    ObjectNode answer(EnforcementPoint asker, Fields body) {
        var semantics = Semantics.of(body.optionalObject("options"));
        var each = body.objects("evaluations", MAX_EVALUATIONS);
        if (each.isEmpty()) { // §7.1: then it is one evaluation
            var question = QuestionReader.read(body);
            return DecisionJson.write(decisions.decide(asker, question), question);
        }
        var answer = Json.MAPPER.createObjectNode();
        var answers = answer.putArray("evaluations");
        var decide = decisions.together(asker);
        for (var one : each) {
            var decided = decided(withDefaults(one, body), decide);
            answers.add(decided);
            if (semantics.endsWith(decided.get("decision").booleanValue())) {
                break;
            }
        }
        return answer;
    }

    /** §7.2.1: an error of one evaluation is a denial that tells of it; nothing was decided, so nothing is recorded. */
    private static ObjectNode decided(Fields one, Function<Question, Decision> decide) {
        try {
            var question = QuestionReader.read(one);
            return DecisionJson.write(decide.apply(question), question);
        } catch (Problem problem) {
            if (problem.status() != 400) {
                throw problem;
            }
            var answer = Json.MAPPER.createObjectNode().put("decision", false);
            var error = answer.putObject("context").putObject("error");
            error.put("status", problem.status()).put("message", problem.detail());
            if (problem.extensions().get("pointer") instanceof String pointer) {
                error.put("pointer", pointer);
            }
            return answer;
        }
    }

    /**
     * §7.1.1: a member of the evaluation replaces the default of the same name as a whole, but for the members that an
     * entity cannot be without.
     */
    private static Fields withDefaults(Fields one, Fields defaults) {
        var merged = Json.MAPPER.createObjectNode();
        for (var name : DEFAULTED) {
            var own = one.get(name);
            var common = defaults.get(name);
            if (own instanceof ObjectNode entity && common instanceof ObjectNode fallback) {
                merged.set(name, completed(entity, fallback, REQUIRED.getOrDefault(name, List.of())));
            } else if (own != null || common != null) {
                merged.set(name, own != null ? own : common);
            }
        }
        return one.replaced(merged);
    }

    private static ObjectNode completed(ObjectNode own, ObjectNode fallback, List<String> required) {
        var entity = own.deepCopy();
        for (var member : required) {
            if (!entity.has(member) && fallback.has(member)) {
                entity.set(member, fallback.get(member));
            }
        }
        return entity;
    }
}
