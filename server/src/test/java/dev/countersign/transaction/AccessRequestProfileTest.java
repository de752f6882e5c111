package dev.countersign.transaction;

import static dev.countersign.transaction.BankDeployment.TWO_OF_TREASURY;
import static dev.countersign.transaction.BankDeployment.json;
import static dev.countersign.transaction.BankDeployment.terms;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.store.Database;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** AuthZEN Access Request and Approval profile with its Bulk profile: submissions, tasks, cancellation, every error. */
final class AccessRequestProfileTest {
    private static final String ERROR = "urn:openid:authzen:access-request:error:";

    @SuppressWarnings("NullAway.Init") // each test opens its own
    private BankDeployment bank;

    @AfterEach
    void stop() {
        bank.close();
    }

    @ParameterizedTest
    @EnumSource
    void aSubmissionThatDoesNotFitItsDenialIsRefused(Database.Engine engine) {
        bank = new BankDeployment(engine);

        refused(
                400,
                "not_requestable",
                "/x",
                body -> denial(body).remove(List.of("binding_token")).put("evaluation_id", "ev_1"));
        refused(
                400,
                "invalid_denial_binding",
                "/denial/binding_token",
                body -> denial(body).remove("binding_token"));
        refused(400, "invalid_denial_binding", "/denial", body -> body.remove("denial"));
        refused(
                400,
                "invalid_denial_binding",
                "/denial/binding_token",
                body -> denial(body).put("binding_token", "a.b.c"));
        refused(
                400,
                "invalid_denial_binding",
                "/denial/evaluation_id",
                body -> denial(body).put("evaluation_id", "ev_another"));
        refused(
                400,
                "invalid_denial_binding",
                "/denial/expires_at",
                body -> denial(body).put("expires_at", "2027-01-01T00:00:00Z"));
        refused(
                400,
                "invalid_denial_binding",
                "/denial/binding_token",
                body -> ((ObjectNode) body.at("/context/transaction/details")).put("amount", "999.00"));
        refused(
                400,
                "invalid_denial_binding",
                "/denial/binding_token",
                body -> ((ObjectNode) body.get("resource")).put("id", "FR14"));

        bank.pass(BindingTokens.LIFETIME);
        refused(410, "expired_denial", "", body -> {}, Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @EnumSource
    void aTaskIsNobodyElsesAndNotForever(Database.Engine engine) {
        bank = new BankDeployment(engine);
        var task = bank.request(bank.transfer("tx-1", "12000.00"), terms(TWO_OF_TREASURY));
        var path = "/access/v1/requests/" + task;

        assertThat(bank.get(path, "bank").headers().firstValue("Retry-After")).contains("2");
        for (var answer : List.of(
                bank.get(path, "shop"),
                bank.post(path + "/cancel", "shop", "{}"),
                bank.delete(path + "/cancel", "shop"),
                bank.get("/access/v1/requests/rq_unknown", "bank"))) {
            assertProblem(answer, 404, "unknown_task");
        }
        assertThat(bank.status(task)).isEqualTo("pending");

        assertThat(bank.post(path + "/cancel", "bank", "{\"reason\": \"no longer needed\"}")
                        .statusCode())
                .isEqualTo(400);
        var cancelled = bank.post(path + "/cancel", "bank", "{\"reason\": \"order_cancelled\", \"comment\": \"Paid\"}");
        assertThat(cancelled.statusCode()).isEqualTo(200);
        assertThat(json(cancelled).at("/task/status").asString()).isEqualTo("cancelled");
        assertProblem(bank.delete(path + "/cancel", "bank"), 409, "invalid_task_state");
        assertThat(bank.get("/approvals/" + task, "alice").body()).contains("order_cancelled: Paid");

        bank.pass(Duration.ofHours(24).plus(Duration.ofMinutes(16)));
        assertProblem(bank.get(path, "bank"), 410, "task_expired");
    }

    @ParameterizedTest
    @EnumSource
    void oneIdempotencyKeyIsForOneSubmission(Database.Engine engine) {
        bank = new BankDeployment(engine);
        var first = submission("tx-1");
        var task = json(bank.submit(first, "key-1")).at("/task/id").asString();
        assertThat(task).startsWith("rq_");

        bank.pass(BindingTokens.LIFETIME.plusSeconds(1)); // the denial is old; the task is there
        assertThat(json(bank.submit(first, "key-1")).at("/task/id").asString()).isEqualTo(task);
        var other = bank.submit(submission("tx-2"), "key-1");
        assertProblem(other, 409, "duplicate_request");
        assertThat(bank.submit(submission("tx-3"), "x".repeat(256)).statusCode())
                .isEqualTo(400);
        assertThat(bank.submit(submission("tx-2"), "key-2").statusCode()).isEqualTo(202);

        bank.pass(Duration.ofHours(25));
        assertThat(bank.submit(submission("tx-2"), "key-1").statusCode()).isEqualTo(202);
    }

    @ParameterizedTest
    @EnumSource
    void severalAreOneTaskWhoseItemsEndEachByItself(Database.Engine engine) {
        bank = new BankDeployment(engine);
        var answer = bank.post("/access/v1/requests", "bank", bulk("tx-1", "tx-2", "tx-3"));
        assertThat(answer.statusCode()).isEqualTo(202);
        var task = json(answer).get("task");
        assertThat(task.get("status").asString()).isEqualTo("pending");
        assertThat(statuses(task)).containsExactly("pending", "pending", "pending");
        assertThat(task.at("/items/0/resource/id").asString()).isEqualTo("DE89370400440532013000");
        assertThat(task.at("/items/2/action/name").asString()).isEqualTo("transfer");
        assertThat(answer.headers().firstValue("Location"))
                .contains(task.get("status_endpoint").asString());
        var id = task.get("id").asString();
        assertProblem(bank.get("/access/v1/requests/" + id, "shop"), 404, "unknown_task");

        sign("tx-1");
        var one = bulkTask(id);
        assertThat(one.get("status").asString()).isEqualTo("pending");
        assertThat(statuses(one)).containsExactly("approved", "pending", "pending");
        assertThat(one.at("/items/0/result/approval/id").asString()).startsWith("ap_");
        assertThat(one.at("/items/1").has("result")).isFalse();

        assertThat(deny("tx-2").statusCode()).isLessThan(400);
        var cancelled = bank.post("/access/v1/requests/" + id + "/cancel", "bank", "{}");
        assertThat(cancelled.statusCode()).isEqualTo(200);
        assertThat(json(cancelled).at("/task/status").asString()).isEqualTo("partial");
        assertThat(statuses(json(cancelled).get("task"))).containsExactly("approved", "denied", "cancelled");
        assertThat(json(cancelled).has("result")).isFalse();
        assertProblem(bank.post("/access/v1/requests/" + id + "/cancel", "bank", "{}"), 409, "invalid_task_state");
    }

    @ParameterizedTest
    @EnumSource
    void severalAreAskedForWholeOrNotAtAll(Database.Engine engine) {
        bank = new BankDeployment(engine);
        var wrong = (ObjectNode) Json.MAPPER.readTree(bulk("tx-1", "tx-2"));
        ((ObjectNode) wrong.at("/items/1")).remove("denial");
        var answer = bank.post("/access/v1/requests", "bank", wrong.toString());
        assertProblem(answer, 400, "invalid_denial_binding");
        assertThat(json(answer).get("pointer").asString()).isEqualTo("/items/1/denial");

        var swapped = (ObjectNode) Json.MAPPER.readTree(bulk("tx-1", "tx-2"));
        var first = swapped.at("/items/0/denial");
        ((ObjectNode) swapped.at("/items/0")).set("denial", swapped.at("/items/1/denial"));
        ((ObjectNode) swapped.at("/items/1")).set("denial", first);
        assertProblem(bank.post("/access/v1/requests", "bank", swapped.toString()), 400, "invalid_denial_binding");

        var both = (ObjectNode) Json.MAPPER.readTree(bulk("tx-1"));
        both.putObject("action").put("name", "transfer");
        assertThat(bank.post("/access/v1/requests", "bank", both.toString()).statusCode())
                .isEqualTo(400);

        assertThat(bank.evidenceOf("access_request.opened")).isZero();
        assertThat(bank.post("/access/v1/requests", "bank", bulk(ids(SubmissionReader.MAX_ITEMS + 1)))
                        .statusCode())
                .isEqualTo(400);
        assertThat(bank.post("/access/v1/requests", "bank", bulk(ids(SubmissionReader.MAX_ITEMS)))
                        .statusCode())
                .isEqualTo(202);
        // Ten wait: of two more none is asked for.
        assertThat(bank.post("/access/v1/requests", "bank", bulk("tx-98", "tx-99"))
                        .statusCode())
                .isEqualTo(429);
        assertThat(bank.evidenceOf("access_request.opened")).isEqualTo(SubmissionReader.MAX_ITEMS);
    }

    private static String[] ids(int many) {
        var ids = new String[many];
        for (var i = 0; i < many; i++) {
            ids[i] = "tx-" + i;
        }
        return ids;
    }

    private static List<String> statuses(JsonNode task) {
        return task.get("items")
                .valueStream()
                .map(item -> item.get("status").asString())
                .toList();
    }

    private JsonNode bulkTask(String id) {
        return json(bank.get("/access/v1/requests/" + id, "bank")).get("task");
    }

    private HttpResponse<String> deny(String transaction) {
        return bank.post("/approvals/" + requestOf(transaction) + "/deny", "bob", "{\"reason\": \"No\"}");
    }

    private void sign(String transaction) {
        for (var person : List.of("bob", "carol")) {
            assertThat(bank.sign(requestOf(transaction), person)).isEqualTo(200);
        }
    }

    private String requestOf(String transaction) {
        return bank.database.<String>read(
                handle -> handle.createQuery("select id from access_request where transaction_id = :id")
                        .bind("id", transaction)
                        .mapTo(String.class)
                        .one());
    }

    private String submission(String id) {
        var transaction = bank.transfer(id, "12000.00");
        return BankDeployment.submission(transaction, bank.token(transaction, terms(TWO_OF_TREASURY)));
    }

    private String bulk(String... ids) {
        var body = Json.MAPPER.createObjectNode();
        body.putObject("subject").put("type", "User").put("id", "alice");
        var items = body.putArray("items");
        var transactions = body.putObject("context").putArray("transactions");
        for (var id : ids) {
            var single = Json.MAPPER.readTree(submission(id));
            var item = items.addObject();
            item.set("resource", single.get("resource"));
            item.set("action", single.get("action"));
            item.set("denial", single.get("denial"));
            transactions.add(single.at("/context/transaction"));
        }
        return body.toString();
    }

    private static ObjectNode denial(ObjectNode body) {
        return (ObjectNode) body.get("denial");
    }

    private void refused(int status, String error, String pointer, Consumer<ObjectNode> change) {
        refused(status, error, pointer, change, Duration.ZERO);
    }

    private void refused(int status, String error, String pointer, Consumer<ObjectNode> change, Duration late) {
        var body = (ObjectNode) Json.MAPPER.readTree(submission("tx-1"));
        change.accept(body);
        bank.pass(late);
        var answer = bank.post("/access/v1/requests", "bank", body.toString());
        assertProblem(answer, status, error);
        if (error.equals("invalid_denial_binding")) {
            assertThat(json(answer).get("pointer").asString()).isEqualTo(pointer);
        }
        assertThat(bank.evidenceOf("access_request.opened")).isZero();
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String error) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(answer).get("type").asString()).isEqualTo(ERROR + error);
        assertThat(json(answer).get("status").asInt()).isEqualTo(status);
    }
}
