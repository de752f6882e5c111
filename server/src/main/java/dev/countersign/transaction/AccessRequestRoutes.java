package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Access requests for enforcement points, see {@link AccessRequestTasks}. */
final class AccessRequestRoutes {
    private final EnforcementPoints points;
    private final AccessRequestTasks tasks;

    AccessRequestRoutes(EnforcementPoints points, AccessRequestTasks tasks) {
        this.points = points;
        this.tasks = tasks;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/access/v1/requests", this::submit);
        routing.get("/access/v1/requests/{id}", this::status);
        routing.post("/access/v1/requests/{id}/cancel", this::cancel);
        routing.post("/transactions/{id}/outcome", this::report);
    }

    private void submit(ServerRequest request, ServerResponse response) {
        var point = points.authenticate(request);
        var task = tasks.submit(point, Bodies.object(request));
        response.header(
                HeaderNames.LOCATION,
                tasks.endpoint(task.path("task").path("id").asString()));
        Answers.json(response, 202, task);
    }

    private void status(ServerRequest request, ServerResponse response) {
        Answers.json(response, 200, tasks.status(points.authenticate(request), id(request)));
    }

    private void cancel(ServerRequest request, ServerResponse response) {
        Answers.json(response, 200, tasks.cancel(points.authenticate(request), id(request)));
    }

    private void report(ServerRequest request, ServerResponse response) {
        var point = points.authenticate(request);
        var outcome = Bodies.object(request).oneOf("outcome", Outcomes.WORDS);
        tasks.report(point, id(request), outcome);
        Answers.json(response, 200, Json.MAPPER.createObjectNode().put("outcome", outcome));
    }

    private static String id(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }
}
