package dev.countersign.transaction;

import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.session.Person;
import dev.countersign.session.SessionId;
import dev.countersign.transaction.Transactions.Offer;
import dev.countersign.transaction.Transactions.Terms;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Ties an access request to the evaluation that was denied: its session, its bytes and what was missing (AuthZEN Access
 * Request and Approval profile, "Denial Binding Claims"). Signed, so nothing is kept until somebody asks.
 */
final class BindingTokens {
    /** How long after the denial a request may be made. */
    static final Duration LIFETIME = Duration.ofMinutes(5);

    static final String TYP = "access-request+jwt";

    private final URI issuer;
    private final ReceiptJws jws;
    private final RandomIds ids;

    BindingTokens(URI issuer, ReceiptJws jws, RandomIds ids) {
        this.issuer = issuer;
        this.jws = jws;
        this.ids = ids;
    }

    Offer issue(Transaction transaction, SessionId session, Terms terms, Instant now) {
        var expires = Instant.ofEpochSecond(now.plus(LIFETIME).getEpochSecond());
        var claims = Json.MAPPER
                .createObjectNode()
                .put("iss", issuer.toString())
                .put("aud", endpoint().toString())
                .put("iat", now.getEpochSecond())
                .put("exp", expires.getEpochSecond())
                .put("jti", ids.next("bt_"))
                .put("enforcement_point", transaction.enforcementPoint())
                .put("person", transaction.person().id())
                .put("session", session.value())
                .put("transaction_hash", transaction.hash().hex())
                .put("evaluation_id", terms.evaluationId())
                .put("policy", terms.policy())
                .put("signature", terms.signature());
        claims.set("needs", NeedsJson.write(terms.needs()));
        return new Offer(endpoint(), transaction.type(), expires, jws.sign(TYP, claims));
    }

    /**
     * What the token of a submission's {@code denial} says. Throws Problem 400 for one that is another's or forged, or that does
     * not fit the rest of the denial, and 410 for an old one.
     */
    Bound read(Fields denial, String enforcementPoint, Instant now) {
        var pointer = denial.at("binding_token");
        var token = denial.optionalText("binding_token", ReceiptJws.MAX_LENGTH);
        if (token == null) {
            // Every denial of ours that people can lift has a token.
            throw denial.has("evaluation_id")
                    ? profile(400, "not_requestable", "The denial carried no access_request")
                    : invalid(pointer);
        }
        var bound = read(token, enforcementPoint, pointer, now);
        if (differs(denial.optionalText("evaluation_id", 255), bound.evaluationId())) {
            throw invalid(denial.at("evaluation_id"));
        }
        var echoed = denial.optionalInstant("expires_at");
        if (echoed != null && !echoed.equals(bound.expiresAt())) {
            throw invalid(denial.at("expires_at"));
        }
        return bound;
    }

    private static boolean differs(@Nullable String echoed, String bound) {
        return echoed != null && !echoed.equals(bound);
    }

    private Bound read(String token, String enforcementPoint, String pointer, Instant now) {
        var claims = jws.verify(TYP, token).orElseThrow(() -> invalid(pointer));
        if (!claims.path("aud").asString("").equals(endpoint().toString())
                || !claims.path("enforcement_point").asString("").equals(enforcementPoint)) {
            throw invalid(pointer);
        }
        var expires = Instant.ofEpochSecond(claims.path("exp").longValue());
        if (!now.isBefore(expires)) {
            throw profile(410, "expired_denial", "The denial has expired; evaluate again");
        }
        return bound(claims, expires);
    }

    private static Bound bound(JsonNode claims, Instant expires) {
        return new Bound(
                new Person(claims.get("person").stringValue()),
                new SessionId(claims.get("session").stringValue()),
                new TransactionHash(claims.get("transaction_hash").stringValue()),
                claims.get("evaluation_id").stringValue(),
                claims.get("policy").stringValue(),
                NeedsJson.read(claims.get("needs")),
                claims.get("signature").booleanValue(),
                expires);
    }

    private URI endpoint() {
        return URI.create(issuer + "/access/v1/requests");
    }

    static Problem invalid(String pointer) {
        return profile(400, "invalid_denial_binding", "The request does not fit the denial it names")
                .with("pointer", pointer);
    }

    /** A problem under the type that the profile gives it ("Error Responses"). */
    static Problem profile(int status, String error, String detail) {
        return new Problem(status, error, detail).with("type", "urn:openid:authzen:access-request:error:" + error);
    }

    /** A verified binding. */
    record Bound(
            Person person,
            SessionId session,
            TransactionHash hash,
            String evaluationId,
            String policy,
            List<ApprovalNeed> needs,
            boolean signature,
            Instant expiresAt) {}
}
