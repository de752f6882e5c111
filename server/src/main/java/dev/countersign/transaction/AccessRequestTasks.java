package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.session.Principal;
import java.net.URI;
import java.time.InstantSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an enforcement point does about a refusal that people can lift, and about a permit: ask, look, take back, report.
 * Bodies and answers are those of the AuthZEN Access Request and Approval profile 1.0, draft 1, for callers over HTTP and
 * for Countersign as its own enforcement point.
 */
public final class AccessRequestTasks {
    /** Longest binding token, characters. */
    static final int MAX_TOKEN = ReceiptJws.MAX_LENGTH;

    private final URI issuer;
    private final TransactionReader reader;
    private final BindingTokens tokens;
    private final AccessRequests requests;
    private final Outcomes outcomes;
    private final InstantSource clock;

    AccessRequestTasks(
            URI issuer,
            TransactionReader reader,
            BindingTokens tokens,
            AccessRequests requests,
            Outcomes outcomes,
            InstantSource clock) {
        this.issuer = issuer;
        this.reader = reader;
        this.tokens = tokens;
        this.requests = requests;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    /** Asks for what a denial left open; the task, the same one when it is asked again. Throws Problem. */
    public ObjectNode submit(EnforcementPoint point, Fields body) {
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
        return task(requests.submit(transaction, bound));
    }

    private static Principal.Kind kind(Fields subject) {
        return switch (subject.text("type")) {
            case "User" -> Principal.Kind.USER;
            case "Workload" -> Principal.Kind.WORKLOAD;
            case "Agent" -> Principal.Kind.AGENT;
            default -> throw Problem.invalid(subject.at("type"), "Expected User, Workload or Agent");
        };
    }

    /** How far the task is. Throws Problem 404 for another enforcement point's. */
    public ObjectNode status(EnforcementPoint point, String id) {
        return task(own(point, id));
    }

    /** Ends the task. */
    ObjectNode cancel(EnforcementPoint point, String id) {
        requests.cancel(own(point, id), point.id());
        return status(point, id);
    }

    /** Says what became of a permitted transaction: {@code executed}, {@code failed} or {@code unknown}. */
    public void report(EnforcementPoint point, String transaction, String outcome) {
        outcomes.report(point, transaction, outcome);
    }

    /** The task, for the enforcement point that it belongs to; for others it does not exist. */
    private AccessRequest own(EnforcementPoint point, String id) {
        return requests.find(id)
                .filter(task -> task.enforcementPoint().equals(point.id()))
                .orElseThrow(() -> BindingTokens.profile(404, "unknown_task", "There is no such task"));
    }

    private ObjectNode task(AccessRequest request) {
        var progress = requests.progress(request, clock.instant());
        var answer = Json.MAPPER.createObjectNode();
        var task = answer.putObject("task")
                .put("id", request.id())
                .put("status", progress.status())
                .put("status_endpoint", endpoint(request.id()))
                .put("expires_at", request.expiresAt().toString());
        task.putObject("links")
                .put("cancel", endpoint(request.id()) + "/cancel")
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

    String endpoint(String id) {
        return issuer + "/access/v1/requests/" + id;
    }
}
