package dev.countersign.transaction;

import dev.countersign.http.Json;
import dev.countersign.transaction.AccessRequests.Progress;
import java.net.URI;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes tasks as the AuthZEN Access Request and Approval profile and its Bulk profile want them. */
final class TaskJson {
    static final String PENDING = "pending";

    private final URI issuer;

    TaskJson(URI issuer) {
        this.issuer = issuer;
    }

    /** One request. */
    ObjectNode write(AccessRequest request, Progress progress) {
        var answer = Json.MAPPER.createObjectNode();
        task(answer, request.id(), progress.status(), request.expiresAt())
                .withObject("links")
                .put("ticket", issuer + "/approvals/" + request.id())
                .put("review", issuer + "/approvals/" + request.id());
        result(answer, request, progress);
        return answer;
    }

    /** Several, each with what became of it. */
    ObjectNode write(String id, List<Item> items) {
        var answer = Json.MAPPER.createObjectNode();
        var until = items.stream()
                .map(item -> item.request().expiresAt())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        var task = task(answer, id, aggregate(items), until);
        task.withObject("links").put("ticket", issuer + "/approvals");
        var array = task.putArray("items");
        for (var item : items) {
            var one = array.addObject();
            one.set("resource", item.asked().get("resource"));
            one.set("action", item.asked().get("action"));
            one.put("status", item.progress().status());
            result(one, item.request(), item.progress());
        }
        return answer;
    }

    /** Bulk profile, "Response Items and Aggregation". */
    private static String aggregate(List<Item> items) {
        var statuses =
                Set.copyOf(items.stream().map(item -> item.progress().status()).toList());
        if (statuses.contains(PENDING)) {
            return PENDING;
        }
        return statuses.size() == 1 ? statuses.iterator().next() : "partial";
    }

    private ObjectNode task(ObjectNode answer, String id, String status, Instant expiresAt) {
        var task = answer.putObject("task")
                .put("id", id)
                .put("status", status)
                .put("status_endpoint", endpoint(id))
                .put("expires_at", expiresAt.toString());
        task.putObject("links").put("cancel", endpoint(id) + "/cancel");
        return task;
    }

    private static void result(ObjectNode to, AccessRequest request, Progress progress) {
        if (progress.status().equals("approved")) {
            to.putObject("result")
                    .put("mode", "reevaluate")
                    .putObject("approval")
                    .put("id", request.approval())
                    .put("approved_until", progress.approvedUntil().toString());
        }
    }

    String endpoint(String id) {
        return issuer + "/access/v1/requests/" + id;
    }

    /** One of several. */
    record Item(AccessRequest request, JsonNode asked, Progress progress) {}
}
