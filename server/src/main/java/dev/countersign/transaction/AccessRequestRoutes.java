package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.session.Principal;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.InstantSource;
import tools.jackson.databind.JsonNode;

/** Access requests for enforcement points: AuthZEN Access Request and Approval profile 1.0, draft 1. */
final class AccessRequestRoutes {
    /** Longest binding token, characters. */
    static final int MAX_TOKEN = ReceiptJws.MAX_LENGTH;

    private final URI issuer;
    private final EnforcementPoints points;
    private final TransactionReader reader;
    private final BindingTokens tokens;
    private final AccessRequests requests;
    private final Outcomes outcomes;
    private final InstantSource clock;

    AccessRequestRoutes(
            URI issuer,
            EnforcementPoints points,
            TransactionReader reader,
            BindingTokens tokens,
            AccessRequests requests,
            Outcomes outcomes,
            InstantSource clock) {
        this.issuer = issuer;
        this.points = points;
        this.reader = reader;
        this.tokens = tokens;
        this.requests = requests;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/access/v1/requests", this::submit);
        routing.get("/access/v1/requests/{id}", this::status);
        routing.post("/access/v1/requests/{id}/cancel", this::cancel);
        routing.post("/transactions/{id}/outcome", this::report);
    }

    private void submit(ServerRequest request, ServerResponse response) {
        var point = points.authenticate(request);
        var body = Bodies.object(request);
        var denial = body.object("denial");
        var bound = tokens.read(denial.text("binding_token", MAX_TOKEN), point.id(), clock.instant());
        var echoed = denial.optionalInstant("expires_at");
        if (echoed != null && !echoed.equals(bound.expiresAt())) {
            throw BindingTokens.invalid();
        }
        var subject = body.object("subject");
        var transaction = reader.read(
                point,
                new Principal(kind(subject), subject.text("id", 255)),
                bound.person(),
                body.object("action").text("name"),
                body.object("resource").text("type"),
                body.object("resource").text("id"),
                body.object("context").object("transaction"));
        var task = requests.submit(transaction, bound);
        response.header(HeaderNames.LOCATION, endpoint(task));
        Answers.json(response, 202, task(task));
    }

    private static Principal.Kind kind(Fields subject) {
        return switch (subject.text("type")) {
            case "User" -> Principal.Kind.USER;
            case "Workload" -> Principal.Kind.WORKLOAD;
            case "Agent" -> Principal.Kind.AGENT;
            default -> throw Problem.invalid(subject.at("type"), "Expected User, Workload or Agent");
        };
    }

    private void status(ServerRequest request, ServerResponse response) {
        Answers.json(response, 200, task(own(request)));
    }

    private void cancel(ServerRequest request, ServerResponse response) {
        var task = own(request);
        requests.cancel(task, task.enforcementPoint());
        Answers.json(response, 200, task(requests.find(task.id()).orElseThrow()));
    }

    private void report(ServerRequest request, ServerResponse response) {
        EnforcementPoint point = points.authenticate(request);
        var outcome = Bodies.object(request).oneOf("outcome", Outcomes.WORDS);
        outcomes.report(point, request.path().pathParameters().get("id"), outcome);
        Answers.json(response, 200, Json.MAPPER.createObjectNode().put("outcome", outcome));
    }

    /** The task, for the enforcement point that it belongs to; for others it does not exist. */
    private AccessRequest own(ServerRequest request) {
        var point = points.authenticate(request);
        return requests.find(request.path().pathParameters().get("id"))
                .filter(task -> task.enforcementPoint().equals(point.id()))
                .orElseThrow(() -> BindingTokens.profile(404, "unknown_task", "There is no such task"));
    }

    private JsonNode task(AccessRequest request) {
        var progress = requests.progress(request, clock.instant());
        var answer = Json.MAPPER.createObjectNode();
        var task = answer.putObject("task")
                .put("id", request.id())
                .put("status", progress.status())
                .put("status_endpoint", endpoint(request))
                .put("expires_at", request.expiresAt().toString());
        task.putObject("links")
                .put("cancel", endpoint(request) + "/cancel")
                .put("ticket", issuer + "/approvals/" + request.id())
                .put("review", issuer + "/approvals/" + request.id());
        if (progress.status().equals("approved")) {
            var until = progress.approvedUntil();
            answer.putObject("result")
                    .put("mode", "reevaluate")
                    .putObject("approval")
                    .put("id", request.approval())
                    .put("approved_until", until.toString());
        }
        return answer;
    }

    private String endpoint(AccessRequest request) {
        return issuer + "/access/v1/requests/" + request.id();
    }
}
