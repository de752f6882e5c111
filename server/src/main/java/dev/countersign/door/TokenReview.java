package dev.countersign.door;

import dev.countersign.door.KubernetesCheck.Account;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.jose.InvalidJws;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.trust.IssuerKeys;
import dev.countersign.trust.TrustUnavailable;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Asks a Kubernetes API server whether a token is good (authentication.k8s.io/v1 TokenReview). It knows what keys alone do not
 * say: that the account, the pod or the node is gone.
 */
final class TokenReview {
    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";

    private final Destination server;
    private final @Nullable Path credential;
    private final OutboundHttp http;

    /**
     * @param server base address of the API server
     * @param credential file with the bearer token of an account that may create token reviews, or null
     */
    TokenReview(URI server, @Nullable Path credential, OutboundHttp http) {
        var base = server.toString();
        this.server = Destination.configured(
                URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + PATH));
        this.credential = credential;
        this.http = http;
    }

    /** Throws {@link InvalidJws} unless the server says that {@code token} is the account's and for {@code audience}. */
    void require(String token, Account account, String audience) {
        var status = ask(token, audience).path("status");
        if (!status.path("authenticated").asBoolean(false)) {
            throw new InvalidJws("the cluster does not accept it");
        }
        // A server that does not know audiences leaves them out: then the token is good for the server's own, not for
        // us.
        if (!has(status.path("audiences"), audience)) {
            throw new InvalidJws("the cluster accepts it for another audience");
        }
        var user = status.path("user");
        if (!user.path("username").asString("").equals(account.username())
                || !user.path("uid").asString("").equals(account.uid())) {
            throw new InvalidJws("the cluster says that it is another account's");
        }
    }

    private static boolean has(JsonNode texts, String text) {
        for (var element : texts) {
            if (element.isString() && element.stringValue().equals(text)) {
                return true;
            }
        }
        return false;
    }

    private JsonNode ask(String token, String audience) {
        var review = Json.MAPPER.createObjectNode();
        review.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenReview");
        review.putObject("spec").put("token", token).putArray("audiences").add(audience);
        var headers = new HashMap<>(Map.of("Accept", "application/json"));
        if (credential != null) {
            headers.put("Authorization", "Bearer " + IssuerKeys.credential(credential));
        }
        try {
            var answer = http.post(server, "application/json", headers, Json.MAPPER.writeValueAsBytes(review));
            if (answer.status() != 200 && answer.status() != 201) {
                throw new TrustUnavailable("The cluster answers a token review with status " + answer.status());
            }
            return Json.read(answer.body());
        } catch (OutboundFailure e) {
            throw new TrustUnavailable("The cluster cannot be asked: " + e.text());
        } catch (Problem e) {
            throw new TrustUnavailable("The cluster's answer is not strict JSON");
        }
    }
}
