package dev.countersign.lab.attack;

import dev.countersign.lab.person.Browser;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The bank gone wrong: holds the API key and the tokens and proofs of its customers, and asks what it likes. */
final class Asking {
    static final String ACCOUNT = "DE89370400440532013000";

    /** The question whether alice may read her account. */
    static final Question READ = new Question("alice", "read-account", ACCOUNT, "alice", null, null);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Stage stage;
    private final URI server;
    private final @Nullable String address;
    private final Browser wire = new Browser();

    /** What is asked. {@code transaction} is JSON. */
    record Question(
            String subject,
            String action,
            String account,
            String owner,
            @Nullable String transaction,
            @Nullable String approval) {}

    Asking(Stage stage) {
        this(stage, stage.issuer(), null);
    }

    /** @param address that the bank sees the customers come from, or null when it does not say */
    Asking(Stage stage, @Nullable String address) {
        this(stage, stage.issuer(), address);
    }

    /** @param server the node that is asked */
    Asking(Stage stage, URI server) {
        this(stage, server, null);
    }

    private Asking(Stage stage, URI server, @Nullable String address) {
        this.stage = stage;
        this.server = server;
        this.address = address;
    }

    /** Asks with a proof that the customer just made for this bank. */
    Hop ask(Visitor customer, Question question) {
        var uri = stage.bank().resolve("/api/elsewhere");
        return ask(customer.accessToken(), "DPoP", Thief.intercepted(customer, "GET", uri), "GET", uri, question);
    }

    Hop ask(String token, String scheme, String proof, String method, URI uri, Question question) {
        return send(body(token, scheme, proof, method, uri, question));
    }

    Hop send(String body) {
        return wire.send("POST", server.resolve("/access/v1/evaluation"), headers(), body);
    }

    /** The same as a request to be sent beside others. */
    HttpRequest request(String body) {
        var request = HttpRequest.newBuilder(server.resolve("/access/v1/evaluation"))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers().forEach(request::header);
        return request.build();
    }

    /** The answers to requests that are all sent at once. */
    static List<JsonNode> beside(List<HttpRequest> requests) throws InterruptedException, ExecutionException {
        try (var http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var sent = requests.stream()
                    .map(request -> http.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                    .toList();
            var answers = new ArrayList<JsonNode>();
            for (var answer : sent) {
                answers.add(JSON.readTree(answer.get().body()));
            }
            return answers;
        }
    }

    private Map<String, String> headers() {
        return Map.of("Authorization", "Bearer " + stage.apiKey(), "Content-Type", "application/json");
    }

    String body(String token, String scheme, String proof, String method, URI uri, Question question) {
        var body = JSON.createObjectNode();
        body.putObject("subject").put("type", "User").put("id", question.subject());
        body.putObject("action").put("name", question.action());
        body.putObject("resource")
                .put("type", "Account")
                .put("id", question.account())
                .putObject("properties")
                .put("owner", question.owner());
        var context = body.putObject("context");
        context.putObject("session")
                .put("token", token)
                .put("scheme", scheme)
                .put("proof", proof)
                .put("method", method)
                .put("uri", uri.toString());
        approval(context, question);
        if (address != null) {
            context.putObject("client").put("ip", address);
        }
        var text = JSON.writeValueAsString(body);
        // By hand, so that the transaction goes out exactly as the attacker spelled it.
        return question.transaction() == null
                ? text
                : text.substring(0, text.length() - 2) + ",\"transaction\":" + question.transaction() + "}}";
    }

    private static void approval(ObjectNode context, Question question) {
        if (question.approval() != null) {
            context.putObject("approval").put("id", question.approval());
        }
    }

    boolean permitted(Hop answer) {
        return answer.status() == 200 && answer.json().path("decision").asBoolean(false);
    }

    boolean refused(Hop answer, String code) {
        return answer.status() == 200
                && !answer.json().path("decision").asBoolean(true)
                && code(answer).equals(code);
    }

    String code(Hop answer) {
        return answer.status() == 200
                ? answer.json().path("context").path("reason").path("code").asString("permitted")
                : answer.status() + " " + answer.json().path("type").asString("");
    }
}
