package dev.countersign.lab.bench;

import dev.countersign.http.Json;
import dev.countersign.lab.demo.DemoDeployment;
import dev.countersign.lab.person.Visitor;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes what the bank would ask Countersign about its customer alice, as bytes that are ready to be sent. */
final class AskingBank {
    static final String ACCOUNT = "DE89370400440532013000";

    private static final String SUBJECT = "{\"type\":\"User\",\"id\":\"alice\"}";
    private static final String RESOURCE =
            "{\"type\":\"Account\",\"id\":\"" + ACCOUNT + "\",\"properties\":{\"owner\":\"alice\"}}";

    private final URI issuer;
    private final URI called;
    private final String apiKey;
    private final Visitor alice;

    AskingBank(DemoDeployment demo, Visitor alice) {
        this.issuer = demo.issuer();
        this.called = demo.bank().resolve("/api/accounts");
        this.apiKey = demo.apiKey();
        this.alice = alice;
    }

    URI called() {
        return called;
    }

    /** A new proof by alice's page for its call to the bank. */
    String proof(@Nullable String nonce) {
        return alice.proof("POST", called, nonce);
    }

    /** May alice read her account? */
    byte[] reading(String proof) {
        return post("/access/v1/evaluation", evaluation("read-account", context(proof, "")));
    }

    static String evaluation(String action, String context) {
        return "{\"subject\":" + SUBJECT + ",\"action\":{\"name\":\"" + action + "\"},\"resource\":" + RESOURCE
                + ",\"context\":" + context + "}";
    }

    /** @param more further members, each with a comma before it */
    String context(String proof, String more) {
        return "{\"session\":{\"token\":\"" + alice.accessToken() + "\",\"scheme\":\"DPoP\",\"proof\":\"" + proof
                + "\",\"method\":\"POST\",\"uri\":\"" + called
                + "\"},\"client\":{\"ip\":\"203.0.113.7\",\"user_agent\":\"bench\"}" + more + "}";
    }

    byte[] post(String path, String json) {
        var body = json.getBytes(StandardCharsets.UTF_8);
        var head = "POST " + path + " HTTP/1.1\r\nHost: " + issuer.getAuthority() + "\r\nAuthorization: Bearer " + apiKey
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        var request = new byte[head.length() + body.length];
        System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, request, 0, head.length());
        System.arraycopy(body, 0, request, head.length(), body.length);
        return request;
    }

    /** The nonce that proofs need now. */
    String nonce() throws IOException {
        try (var connection = new KeepAlive(issuer)) {
            var answer = Json.MAPPER.readTree(connection.exchange(reading(proof(null))));
            return answer.path("context").path("dpop_nonce").asString("");
        }
    }
}
