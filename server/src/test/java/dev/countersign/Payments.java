package dev.countersign;

import dev.countersign.client.Evaluation;
import dev.countersign.http.Json;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the bank asks about alice's account. */
final class Payments {
    static final String ACCOUNT = "DE89370400440532013000";

    private Payments() {}

    static Function<TestPerson.Presented, Evaluation> read(String subject) {
        return presented -> asked(subject, "read-account", presented).build();
    }

    static Function<TestPerson.Presented, Evaluation> transfer(String id, String amount) {
        return transfer("alice", id, amount, null);
    }

    static Function<TestPerson.Presented, Evaluation> transfer(
            String subject, String id, String amount, @Nullable String approval) {
        return presented -> {
            var builder = asked(subject, "transfer", presented).transaction(id, "payment", details(amount));
            return (approval == null ? builder : builder.approval(approval)).build();
        };
    }

    private static Evaluation.Builder asked(String subject, String action, TestPerson.Presented presented) {
        return Evaluation.of("User", subject, action, "Account", ACCOUNT)
                .resourceProperties(Map.of("owner", "alice"))
                .session(presented.token(), "DPoP", presented.proof(), "POST", TestDeployment.BANK_CALL)
                .client("203.0.113.7", "Firefox");
    }

    static Map<String, Object> details(String amount) {
        return Map.of(
                "amount",
                amount,
                "currency",
                "EUR",
                "payee",
                Map.of("name", "ACME GmbH", "iban", "FR1420041010050500013M02606"),
                "reference",
                "Invoice 1042");
    }

    /** The AuthZEN body of a transfer, for tests that write it themselves. */
    static ObjectNode body(TestPerson.Presented presented, String id, String amount) {
        var body = Json.MAPPER.createObjectNode();
        body.putObject("subject").put("type", "User").put("id", "alice");
        body.putObject("action").put("name", "transfer");
        body.putObject("resource")
                .put("type", "Account")
                .put("id", ACCOUNT)
                .putObject("properties")
                .put("owner", "alice");
        var context = body.putObject("context");
        context.putObject("session")
                .put("token", presented.token())
                .put("scheme", "DPoP")
                .put("proof", presented.proof())
                .put("method", "POST")
                .put("uri", TestDeployment.BANK_CALL.toString());
        context.putObject("client").put("ip", "203.0.113.7").put("user_agent", "Firefox");
        context.putObject("transaction")
                .put("id", id)
                .put("type", "payment")
                .set("details", Json.MAPPER.valueToTree(details(amount)));
        return body;
    }
}
