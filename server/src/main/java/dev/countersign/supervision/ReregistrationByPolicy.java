package dev.countersign.supervision;

import dev.countersign.decision.OwnDecisions;
import dev.countersign.decision.OwnDecisions.Intent;
import dev.countersign.decision.Submission;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.Sha256;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.StringValue;
import dev.countersign.session.Session;
import dev.countersign.transaction.AccessRequestTasks;
import dev.countersign.webauthn.ReregistrationGate;
import io.helidon.webserver.http.ServerRequest;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks the live policies about the action {@value #ACTION} where their schema has it; where it has not, a fresh login and the
 * authenticator's own signature are enough. It is a transaction, so that a policy can have an administrator sign it.
 */
final class ReregistrationByPolicy implements ReregistrationGate {
    static final String ACTION = "reregisterAuthenticator";

    /** The transaction's type. */
    static final String TYPE = "authenticator-reregistration";

    private final URI issuer;
    private final OwnDecisions decisions;
    private final AccessRequestTasks requests;
    private final Supplier<PolicySet> policies;

    ReregistrationByPolicy(
            URI issuer, OwnDecisions decisions, AccessRequestTasks requests, Supplier<PolicySet> policies) {
        this.issuer = issuer;
        this.decisions = decisions;
        this.requests = requests;
        this.policies = policies;
    }

    @Override
    public Optional<String> waitsFor(
            ServerRequest request, Session session, String credential, String label, Instant disownedAt) {
        if (!policies.get().requests().hasAction(new EntityUid("Action", ACTION))) {
            return Optional.empty();
        }
        var caller = OperatorPolicy.caller(issuer, request, session);
        var transaction = transaction(session, credential, label, disownedAt);
        var asked = new Intent(
                ACTION,
                "Authenticator",
                credential,
                Map.of("person", new StringValue(session.person().id())),
                transaction,
                null);
        var decided = decisions.decide(caller, asked);
        if (decided.isPermit()) {
            requests.report(OwnDecisions.SELF, transaction.path("id").asString(), "executed");
            return Optional.empty();
        }
        var offer = decided.answer().path("context").path("access_request");
        var text = decided.answer().path("context").path("reason").path("text");
        if (!decided.waitsForPeople() || offer.isMissingNode()) {
            throw Problem.forbidden(text.asString("No policy permits this"));
        }
        requests.submit(
                OwnDecisions.SELF,
                Submission.of(caller, asked, offer.path("binding_token").asString()));
        return Optional.of(
                text.asString("Others must approve this") + ". They have been asked; confirm again when they have.");
    }

    /** The same for each try after one disowning, so that it is asked for once. */
    private static ObjectNode transaction(Session session, String credential, String label, Instant disownedAt) {
        var json = Json.MAPPER.createObjectNode();
        json.put(
                "id",
                "again-"
                        + Sha256.hex(credential + "\n" + disownedAt.toEpochMilli())
                                .substring(0, 32));
        json.put("type", TYPE);
        json.putObject("details")
                .put("person", session.person().id())
                .put("authenticator", credential)
                .put("label", label)
                .put("disowned_at", disownedAt.toString());
        return json;
    }
}
