package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySource;
import dev.countersign.publish.Bundle;
import dev.countersign.publish.SignedVersion;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Someone who writes policies: a session bound to a key, and a publisher's key that only they have. */
final class PolicyAuthor {
    static final Path FIRST = Path.of("src", "test", "resources", "publishing");

    /** The key that tests' settings name. */
    static final Publisher PUBLISHER = new Publisher("publisher-1");

    final TestPerson person;
    private final TestDeployment deployment;
    private @Nullable String nonce;

    PolicyAuthor(TestDeployment deployment, TestPerson person) {
        this.deployment = deployment;
        this.person = person;
    }

    static Settings.Policies published(Path first) {
        return Settings.Policies.of(first).publishedBy(PUBLISHER.jwks());
    }

    /** The first set's files with {@code more} in the place of, or beside, them. */
    static PolicySource with(Map<String, String> more) {
        try {
            var files = new TreeMap<>(PolicySource.read(FIRST).files());
            files.putAll(more);
            return new PolicySource(files);
        } catch (PolicyLoadException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A set that differs from the first one by one policy that forbids nothing. */
    static PolicySource variant(String id) {
        return with(Map.of("more.cedar", "@id(\"" + id + "\") forbid (principal, action, resource) when { 1 == 2 };"));
    }

    String live() {
        return json(get("/policies/live")).path("hash").asString();
    }

    HttpResponse<String> propose(PolicySource set, String previous, String comment) {
        return post("/policies/versions", body(PUBLISHER, set, previous, comment));
    }

    static ObjectNode body(Publisher publisher, PolicySource set, String previous, String comment) {
        return body(publisher.sign(set.hash().value(), previous, comment), Bundle.pack(set));
    }

    static ObjectNode body(String signature, byte[] bundle) {
        return Json.MAPPER
                .createObjectNode()
                .put("signature", signature)
                .put("bundle", Base64.getUrlEncoder().withoutPadding().encodeToString(bundle));
    }

    HttpResponse<String> restore(String hash, String previous) {
        return post(
                "/policies/versions/" + hash + "/restore",
                Json.MAPPER.createObjectNode().put("previous", previous).put("comment", "It was better before"));
    }

    HttpResponse<String> get(String path) {
        return send("GET", path, null);
    }

    HttpResponse<String> post(String path, ObjectNode body) {
        return send("POST", path, body.toString());
    }

    /** With a fresh proof; once again when the server wants its nonce. */
    private HttpResponse<String> send(String method, String path, @Nullable String body) {
        var answer = once(method, path, body);
        return answer.statusCode() == 401 && answer.body().contains("use_dpop_nonce")
                ? once(method, path, body)
                : answer;
    }

    private HttpResponse<String> once(String method, String path, @Nullable String body) {
        var uri = URI.create(deployment.issuer + path);
        var request = HttpRequest.newBuilder(uri)
                .header("Authorization", "DPoP " + person.token())
                .header("DPoP", person.key.proof(method, uri, person.token(), nonce))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        var answer = person.send(request, false);
        answer.headers().firstValue("DPoP-Nonce").ifPresent(next -> nonce = next);
        return answer;
    }

    static JsonNode json(HttpResponse<String> answer) {
        return Json.MAPPER.readTree(answer.body());
    }

    /** The request that approvers are asked to sign. */
    static String task(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer).at("/task/id").asString();
    }

    /** A key pair of a publisher. */
    record Publisher(String id, KeyPair pair) {
        Publisher(String id) {
            this(id, generate());
        }

        private static KeyPair generate() {
            try {
                return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        String jwks() {
            var encoded = pair.getPublic().getEncoded();
            var x = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
            return "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" + id + "\",\"x\":\"" + x + "\"}]}";
        }

        String sign(String hash, String previous, String comment) {
            return SignedVersion.sign(hash, previous, comment, Instant.EPOCH, "EdDSA", id, input -> {
                try {
                    var ed25519 = Signature.getInstance("Ed25519");
                    ed25519.initSign(pair.getPrivate());
                    ed25519.update(input);
                    return ed25519.sign();
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }
}
