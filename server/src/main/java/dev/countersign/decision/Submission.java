package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.OwnDecisions.Caller;
import dev.countersign.decision.OwnDecisions.Intent;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;

/** What Countersign, as its own enforcement point, sends to ask people for what a decision left open. */
public final class Submission {
    private Submission() {}

    /**
     * The body of an access request (AuthZEN Access Request and Approval profile).
     *
     * @param bindingToken of the decision's {@code access_request}
     */
    public static Fields of(Caller caller, Intent asked, String bindingToken) {
        var principal = caller.checked().session().principal();
        var body = Json.MAPPER.createObjectNode();
        body.putObject("subject").put("type", principal.type()).put("id", principal.id());
        body.putObject("action").put("name", asked.action());
        body.putObject("resource").put("type", asked.resourceType()).put("id", asked.resourceId());
        body.putObject("context").set("transaction", requireNonNull(asked.transaction()));
        body.putObject("denial").put("binding_token", bindingToken);
        return Fields.of(body, "");
    }
}
