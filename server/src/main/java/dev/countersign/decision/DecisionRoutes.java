package dev.countersign.decision;

import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.http.Json;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.Duration;

/** AuthZEN Authorization API 1.0: evaluation (§6), evaluations (§7), metadata (§9). */
final class DecisionRoutes {
    /** How long others may keep the metadata (§11.9). */
    static final Duration METADATA_MAX_AGE = Duration.ofHours(1);

    private final Decisions decisions;
    private final Batch batch;
    private final EnforcementPoints enforcementPoints;
    private final URI issuer;

    DecisionRoutes(Decisions decisions, EnforcementPoints enforcementPoints, URI issuer) {
        this.decisions = decisions;
        this.batch = new Batch(decisions);
        this.enforcementPoints = enforcementPoints;
        this.issuer = issuer;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/access/v1/evaluation", this::evaluation)
                .post("/access/v1/evaluations", this::evaluations)
                .get("/.well-known/authzen-configuration", this::metadata);
    }

    private void evaluation(ServerRequest request, ServerResponse response) {
        var exchange = Exchange.begin(request, response, enforcementPoints);
        var question = QuestionReader.read(exchange.body());
        Answers.json(response, 200, DecisionJson.write(decisions.decide(exchange.asker(), question), question));
    }

    private void evaluations(ServerRequest request, ServerResponse response) {
        var exchange = Exchange.begin(request, response, enforcementPoints);
        Answers.json(response, 200, batch.answer(exchange.asker(), exchange.body()));
    }

    /** §9.1. Capabilities are those of profiles that we implement whole. */
    private void metadata(ServerRequest request, ServerResponse response) {
        var metadata = Json.MAPPER.createObjectNode();
        metadata.put("policy_decision_point", issuer.toString());
        metadata.put("access_evaluation_endpoint", issuer + "/access/v1/evaluation");
        metadata.put("access_evaluations_endpoint", issuer + "/access/v1/evaluations");
        metadata.put("search_subject_endpoint", issuer + "/access/v1/search/subject");
        metadata.put("search_resource_endpoint", issuer + "/access/v1/search/resource");
        metadata.put("search_action_endpoint", issuer + "/access/v1/search/action");
        metadata.putArray("capabilities").add("urn:openid:authzen:capability:access-request");
        // Access Request and Approval profile, §6: where to ask, and the keys of binding tokens.
        metadata.put("access_request_endpoint", issuer + "/access/v1/requests");
        metadata.put("jwks_uri", issuer + "/.well-known/jwks.json");
        response.header(HeaderValues.CONTENT_TYPE_JSON);
        response.header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "max-age=" + METADATA_MAX_AGE.toSeconds()));
        response.send(Json.MAPPER.writeValueAsBytes(metadata));
    }
}
