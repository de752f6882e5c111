package dev.countersign.decision;

import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.util.List;

/** AuthZEN Authorization API 1.0: evaluation, evaluations, metadata. */
final class DecisionRoutes {
    /** Most evaluations in one request. */
    static final int MAX_EVALUATIONS = 100;

    /** Longest {@code X-Request-ID} that is echoed, characters. */
    static final int MAX_REQUEST_ID = 128;

    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-ID");
    private static final List<String> DEFAULTED = List.of("subject", "action", "resource", "context");

    private final Decisions decisions;
    private final EnforcementPoints enforcementPoints;
    private final URI issuer;

    DecisionRoutes(Decisions decisions, EnforcementPoints enforcementPoints, URI issuer) {
        this.decisions = decisions;
        this.enforcementPoints = enforcementPoints;
        this.issuer = issuer;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/access/v1/evaluation", this::evaluation)
                .post("/access/v1/evaluations", this::evaluations)
                .get("/.well-known/authzen-configuration", this::metadata);
    }

    private void evaluation(ServerRequest request, ServerResponse response) {
        echo(request, response);
        var asker = enforcementPoints.authenticate(request);
        var question = QuestionReader.read(Bodies.object(request));
        Answers.json(response, 200, DecisionJson.write(decisions.decide(asker, question)));
    }

    private void evaluations(ServerRequest request, ServerResponse response) {
        echo(request, response);
        var asker = enforcementPoints.authenticate(request);
        var body = Bodies.object(request);
        var semantics = Semantics.of(body.optionalObject("options"));
        var each = body.objects("evaluations", MAX_EVALUATIONS);
        if (each.isEmpty()) {
            var question = QuestionReader.read(body);
            Answers.json(response, 200, DecisionJson.write(decisions.decide(asker, question)));
            return;
        }
        // Every question is read before any is decided: a malformed one leaves nothing half done.
        var questions = each.stream()
                .map(one -> QuestionReader.read(withDefaults(one, body)))
                .toList();
        var answer = Json.MAPPER.createObjectNode();
        var answers = answer.putArray("evaluations");
        decisions.decideAll(asker, questions, semantics).forEach(decision -> answers.add(DecisionJson.write(decision)));
        Answers.json(response, 200, answer);
    }

    /** AuthZEN §7.1.1: a member of the evaluation replaces the default of the same name as a whole. */
    private static Fields withDefaults(Fields one, Fields defaults) {
        var merged = Json.MAPPER.createObjectNode();
        for (var name : DEFAULTED) {
            var value = one.has(name) ? one.get(name) : defaults.get(name);
            if (value != null) {
                merged.set(name, value);
            }
        }
        return one.replaced(merged);
    }

    private void metadata(ServerRequest request, ServerResponse response) {
        var metadata = Json.MAPPER.createObjectNode();
        metadata.put("policy_decision_point", issuer.toString());
        metadata.put("access_evaluation_endpoint", issuer + "/access/v1/evaluation");
        metadata.put("access_evaluations_endpoint", issuer + "/access/v1/evaluations");
        metadata.put("access_request_endpoint", issuer + "/access/v1/requests");
        Answers.json(response, 200, metadata);
    }

    private static void echo(ServerRequest request, ServerResponse response) {
        request.headers().first(REQUEST_ID).ifPresent(id -> {
            if (id.length() > MAX_REQUEST_ID || Json.hasControlCharacter(id)) {
                throw new Problem(
                        400, "invalid-request", "X-Request-ID is longer than " + MAX_REQUEST_ID + " characters");
            }
            response.header(HeaderValues.create(REQUEST_ID, id));
        });
    }
}
