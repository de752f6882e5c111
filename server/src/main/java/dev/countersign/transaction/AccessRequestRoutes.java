package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;

/** Access requests for enforcement points, see {@link AccessRequestTasks}. */
final class AccessRequestRoutes {
    /** How long to wait before asking about a pending task again. */
    static final Duration POLL = Duration.ofSeconds(2);

    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");

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
        routing.delete("/access/v1/requests/{id}/cancel", this::cancel);
        routing.post("/transactions/{id}/outcome", this::report);
    }

    private void submit(ServerRequest request, ServerResponse response) {
        var point = points.authenticate(request);
        var key = request.headers().first(IDEMPOTENCY_KEY).orElse(null);
        var task = tasks.submit(point, Bodies.object(request), key);
        response.header(
                HeaderNames.LOCATION,
                tasks.endpoint(task.path("task").path("id").asString()));
        Answers.json(response, 202, task);
    }

    private void status(ServerRequest request, ServerResponse response) {
        var task = tasks.status(points.authenticate(request), id(request));
        if (task.at("/task/status").asString().equals(TaskJson.PENDING)) {
            response.header(HeaderNames.RETRY_AFTER, Long.toString(POLL.toSeconds()));
        }
        Answers.json(response, 200, task);
    }

    private void cancel(ServerRequest request, ServerResponse response) {
        var point = points.authenticate(request);
        var body = request.content().hasEntity() ? Bodies.object(request) : null;
        Answers.json(response, 200, tasks.cancel(point, id(request), body));
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
