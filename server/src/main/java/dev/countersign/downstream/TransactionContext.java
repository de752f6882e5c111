package dev.countersign.downstream;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.session.Grant;
import dev.countersign.session.OAuthError;
import dev.countersign.session.OAuthForm;
import dev.countersign.session.SessionTokens.Held;
import dev.countersign.transaction.ReceiptCheck;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a transaction token says besides who and for how long (draft-ietf-oauth-transaction-tokens-10 §5.2.2, §5.2.3): what the
 * requesting workload said, and beside it, under names that it cannot use, what we know ourselves.
 *
 * @param transaction {@code tctx}
 * @param request {@code rctx}
 */
record TransactionContext(ObjectNode transaction, ObjectNode request) {
    /** Most of {@code request_context}, and of {@code request_details}, bytes. */
    static final int MAX_BYTES = 2_048;

    private static final Set<String> OWN_OF_TRANSACTION = Set.of("transaction", "authorization_details");
    private static final Set<String> OWN_OF_REQUEST = Set.of("acr", "amr", "auth_time", "client_id", "actors");

    static TransactionContext of(OAuthForm form, Held subject, ReceiptCheck receipts, Instant now) {
        var transaction = read(form, "request_details", OWN_OF_TRANSACTION);
        var request = read(form, "request_context", OWN_OF_REQUEST);
        var session = subject.session();
        form.optional("receipt").ifPresent(jws -> transaction.set("transaction", receipt(jws, subject, receipts, now)));
        if (!session.grant().details().isEmpty()) {
            var details = transaction.putArray("authorization_details");
            session.grant().details().json().forEach(details::add);
        }
        var assurance = session.assurance(now);
        request.put("acr", assurance.acr()).put("auth_time", assurance.at().getEpochSecond());
        var amr = request.putArray("amr");
        assurance.amr().stream().sorted().forEach(amr::add);
        request.put("client_id", subject.client());
        if (!session.grant().actors().isEmpty()) {
            var actors = request.putArray("actors");
            session.grant().actors().stream().map(Grant.Actor::toString).forEach(actors::add);
        }
        return new TransactionContext(transaction, request);
    }

    /** The transaction that the receipt says was permitted, when it was the subject's. */
    private static ObjectNode receipt(String jws, Held subject, ReceiptCheck receipts, Instant now) {
        var receipt = receipts.verify(jws)
                .filter(found ->
                        found.requester().equals(subject.session().principal().toString()))
                .filter(found -> now.isBefore(found.expiresAt()))
                .orElseThrow(() -> OAuthError.invalidRequest("The receipt is not good, or is somebody else's"));
        return Json.MAPPER
                .createObjectNode()
                .put("enforcement_point", receipt.enforcementPoint())
                .put("id", receipt.transaction())
                .put("hash", receipt.hash().hex())
                .put("evaluation_id", receipt.evaluationId());
    }

    private static ObjectNode read(OAuthForm form, String name, Set<String> own) {
        var text = form.optional(name);
        if (text.isEmpty()) {
            return Json.MAPPER.createObjectNode();
        }
        var bytes = text.get().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw OAuthError.invalidRequest("'" + name + "' is longer than " + MAX_BYTES + " bytes");
        }
        try {
            if (Json.read(bytes) instanceof ObjectNode object
                    && object.propertyNames().stream().noneMatch(own::contains)) {
                return object;
            }
        } catch (Problem e) {
            throw OAuthError.invalidRequest("'" + name + "' is not strict JSON: " + e.detail());
        }
        throw OAuthError.invalidRequest("'" + name + "' must be a JSON object without "
                + own.stream().sorted().toList());
    }
}
