package dev.countersign.publish;

import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.publish.Publication.Outcome;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Base64;
import java.util.Set;

/** Versions of the policies over HTTP, where they are published. */
final class PolicyRoutes {
    /** Longest approval id, characters. */
    static final int MAX_ID = 512;

    private final Callers callers;
    private final Versions versions;
    private final Publication publication;

    PolicyRoutes(Callers callers, Versions versions, Publication publication) {
        this.callers = callers;
        this.versions = versions;
        this.publication = publication;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/policies/versions", this::propose)
                .get("/policies/versions", this::list)
                .get("/policies/versions/{hash}", this::version)
                .get("/policies/requests/{id}", this::request)
                .post("/policies/versions/{hash}/publish", this::publish)
                .post("/policies/versions/{hash}/restore", this::restore);
    }

    private void propose(ServerRequest request, ServerResponse response) {
        var caller = callers.require(request, response);
        var body = Bodies.object(request).only(Set.of("signature", "bundle", "approval"));
        var packed = bundle(body);
        var approval = body.optionalText("approval", MAX_ID);
        answer(response, publication.propose(caller, body.text("signature", SignedVersion.MAX_JWS), packed, approval));
    }

    private static byte[] bundle(Fields body) {
        var text = body.text("bundle", Json.MAX_BODY_BYTES);
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(body.at("bundle"), "Not base64url");
        }
    }

    private void publish(ServerRequest request, ServerResponse response) {
        var caller = callers.require(request, response);
        var body = body(request).only(Set.of("approval"));
        answer(response, publication.publish(caller, hash(request), body.optionalText("approval", MAX_ID)));
    }

    private void restore(ServerRequest request, ServerResponse response) {
        var caller = callers.require(request, response);
        var body = body(request).only(Set.of("previous", "comment", "approval"));
        var previous = body.text("previous");
        var comment = body.optionalText("comment", SignedVersion.MAX_COMMENT);
        answer(
                response,
                publication.restore(
                        caller,
                        hash(request),
                        previous,
                        comment == null ? "" : comment,
                        body.optionalText("approval", MAX_ID)));
    }

    /** A body may be left out. */
    private static Fields body(ServerRequest request) {
        return request.content().hasEntity() ? Bodies.object(request) : Fields.of(Json.MAPPER.createObjectNode(), "");
    }

    private void list(ServerRequest request, ServerResponse response) {
        callers.requireReader(request, response);
        Answers.json(response, 200, VersionJson.list(versions.live(), versions.list()));
    }

    private void version(ServerRequest request, ServerResponse response) {
        callers.requireReader(request, response);
        var version = versions.find(hash(request));
        try {
            Answers.json(response, 200, VersionJson.whole(version, versions.source(version)));
        } catch (PolicyLoadException e) {
            throw Problem.conflict("damaged-version", "The stored files are not those of this hash");
        }
    }

    /** How far people are with a request that publishing or restoring left open. */
    private void request(ServerRequest request, ServerResponse response) {
        callers.requireReader(request, response);
        Answers.json(
                response,
                200,
                publication.request(request.path().pathParameters().get("id")));
    }

    private static String hash(ServerRequest request) {
        var hash = request.path().pathParameters().get("hash");
        if (!SignedVersion.HASH.matcher(hash).matches()) {
            throw Problem.invalid("/hash", "Expected sha256: and 64 lower-case hex digits");
        }
        return hash;
    }

    private static void answer(ServerResponse response, Outcome outcome) {
        var status = switch (outcome) {
            case Outcome.Done done -> 200;
            case Outcome.Waits waits ->
                "denied".equals(waits.task().path("task").path("status").asString()) ? 403 : 202;
            case Outcome.Refused refused -> {
                var challenge = StepUpChallenge.of(refused.decision());
                challenge.ifPresent(value -> response.header(HeaderNames.WWW_AUTHENTICATE, value));
                yield challenge.isPresent() ? 401 : 403;
            }
        };
        Answers.json(response, status, VersionJson.outcome(outcome));
    }
}
