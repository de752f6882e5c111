package dev.countersign.transaction;

import dev.countersign.display.SafeText;
import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequest.State;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an enforcement point does about a refusal that people can lift, and about a permit: ask, look, take back, report.
 * Bodies and answers are those of the AuthZEN Access Request and Approval profile 1.0, draft 1, with its companions for bulk
 * requests and callbacks, for callers over HTTP and for Countersign as its own enforcement point.
 */
public final class AccessRequestTasks {
    /** How long after its end a task can be looked at. */
    static final Duration KEPT = Duration.ofHours(24);

    /** Longest comment on a cancellation, characters. */
    static final int MAX_COMMENT = 500;

    private static final Pattern REASON = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private final Submissions submissions;
    private final Database database;
    private final AccessRequests requests;
    private final TaskCallbacks callbacks;
    private final Outcomes outcomes;
    private final TaskJson json;
    private final InstantSource clock;

    AccessRequestTasks(
            URI issuer,
            Submissions submissions,
            Database database,
            AccessRequests requests,
            TaskCallbacks callbacks,
            Outcomes outcomes,
            InstantSource clock) {
        this.submissions = submissions;
        this.database = database;
        this.requests = requests;
        this.callbacks = callbacks;
        this.outcomes = outcomes;
        this.json = new TaskJson(issuer);
        this.clock = clock;
    }

    /** Asks for what a denial left open; the task, the same one when it is asked again. Throws Problem. */
    public ObjectNode submit(EnforcementPoint point, Fields body) {
        return submit(point, body, null);
    }

    /** As above; under one {@code key} only ever the same (Idempotency-Key). Throws Problem. */
    ObjectNode submit(EnforcementPoint point, Fields body, @Nullable String key) {
        return status(point, submissions.submit(point, body, key));
    }

    /** How far the task is. Throws Problem 404 for another enforcement point's and 410 for one that is long over. */
    public ObjectNode status(EnforcementPoint point, String id) {
        var items = items(point, id);
        var answer = items.size() == 1 && items.getFirst().request().id().equals(id)
                ? json.write(items.getFirst().request(), items.getFirst().progress())
                : json.write(id, items);
        database.read(handle -> callbacks.standing(handle, id))
                .ifPresent(standing -> answer.withObject("/task/display").set("callback", standing));
        return answer;
    }

    /** Ends whatever of the task is pending. {@code body} may say why. Throws Problem 409 when nothing is. */
    ObjectNode cancel(EnforcementPoint point, String id, @Nullable Fields body) {
        var reason = body == null ? null : reason(body);
        var items = items(point, id);
        var pending = items.stream()
                .filter(item -> item.progress().status().equals(TaskJson.PENDING))
                .toList();
        if (pending.isEmpty()) {
            throw BindingTokens.profile(409, "invalid_task_state", "The request is over");
        }
        pending.forEach(item -> cancel(item.request(), point, reason, items.size() == 1));
        return status(point, id);
    }

    /** Of several, one that ended meanwhile is no reason not to end the others. */
    private void cancel(AccessRequest request, EnforcementPoint point, @Nullable String reason, boolean alone) {
        try {
            requests.cancel(request, point.id(), reason);
        } catch (Problem e) {
            if (alone || e.status() != 409) {
                throw e;
            }
        }
    }

    private static @Nullable String reason(Fields body) {
        body.only(Set.of("reason", "comment"));
        var reason = body.optionalText("reason", 64);
        if (reason != null && !REASON.matcher(reason).matches()) {
            throw Problem.invalid(body.at("reason"), "Only letters, digits and _ . : - are allowed");
        }
        var comment = body.optionalText("comment", MAX_COMMENT);
        if (comment == null) {
            return reason;
        }
        SafeText.require(comment, body.at("comment"));
        return reason == null ? comment : reason + ": " + comment;
    }

    /** Says what became of a permitted transaction: {@code executed}, {@code failed} or {@code unknown}. */
    public void report(EnforcementPoint point, String transaction, String outcome) {
        outcomes.report(point, transaction, outcome);
    }

    /** What the task is about, for the enforcement point that it belongs to; for others it does not exist. */
    private List<TaskJson.Item> items(EnforcementPoint point, String id) {
        var now = clock.instant();
        var items = database.read(handle ->
                single(handle, point, id).map(List::of).orElseGet(() -> BulkStore.items(handle, id, point.id())));
        if (items.isEmpty()) {
            throw BindingTokens.profile(404, "unknown_task", "There is no such task");
        }
        var kept = now.minus(KEPT);
        if (items.stream()
                .map(BulkItem::request)
                .allMatch(request -> isOver(request)
                        && request.expiresAt().isBefore(kept)
                        && request.updatedAt().isBefore(kept))) {
            throw BindingTokens.profile(410, "task_expired", "The task was over long ago");
        }
        return items.stream()
                .map(item -> new TaskJson.Item(item.request(), item.asked(), requests.progress(item.request(), now)))
                .toList();
    }

    private static boolean isOver(AccessRequest request) {
        return request.state() != State.OPEN;
    }

    private static Optional<BulkItem> single(Handle handle, EnforcementPoint point, String id) {
        return RequestStore.find(handle, id)
                .filter(task -> task.enforcementPoint().equals(point.id()))
                .map(task -> new BulkItem(task, Json.MAPPER.createObjectNode()));
    }

    String endpoint(String id) {
        return json.endpoint(id);
    }
}
