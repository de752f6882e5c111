package dev.countersign.downstream;

import dev.countersign.Settings;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Json;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.OwnTokens;
import dev.countersign.key.RandomIds;
import dev.countersign.session.Downstream.Asked;
import dev.countersign.session.OAuthError;
import dev.countersign.session.OAuthForm;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionTokens;
import dev.countersign.session.SessionTokens.Held;
import dev.countersign.session.Sessions;
import dev.countersign.transaction.ReceiptCheck;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Transaction tokens (draft-ietf-oauth-transaction-tokens-10): what a call from outside was about, for the calls that it
 * causes inside one trust domain. No credential: bound to no key, good for seconds, never accepted where access tokens are.
 */
final class TransactionTokens {
    /** The {@code typ} of their header. */
    static final String TYPE = "txntoken+jwt";

    /** How long one lives. */
    static final Duration LIFETIME = Duration.ofSeconds(60);

    /** Workloads that one, replaced again and again, may have been requested by. */
    static final int MAX_CALLS = 8;

    private final String domain;
    private final OwnTokens signed;
    private final SessionTokens tokens;
    private final Sessions sessions;
    private final ReceiptCheck receipts;
    private final Journal journal;
    private final RandomIds ids;
    private final InstantSource clock;

    TransactionTokens(
            String domain,
            OwnTokens signed,
            SessionTokens tokens,
            Sessions sessions,
            ReceiptCheck receipts,
            Journal journal,
            RandomIds ids,
            InstantSource clock) {
        this.domain = domain;
        this.signed = signed;
        this.tokens = tokens;
        this.sessions = sessions;
        this.receipts = receipts;
        this.journal = journal;
        this.ids = ids;
        this.clock = clock;
    }

    Map<String, Object> issue(Asked asked) {
        var form = asked.form();
        requireAudience(form);
        form.refuse("actor_token");
        form.refuse("resource");
        form.text("scope"); // §7.1: required
        var type = form.text("subject_token_type");
        if (type.equals(TokenTypes.TRANSACTION_TOKEN)) {
            return answer(replaced(asked));
        }
        if (!TokenTypes.isAccessToken(type)) {
            throw OAuthError.invalidRequest("The subject token must be an access token or a transaction token");
        }
        return answer(made(asked));
    }

    private void requireAudience(OAuthForm form) {
        if (!form.text("audience").equals(domain)) {
            throw new OAuthError(400, "invalid_target", "The audience must be this trust domain");
        }
    }

    private static void requireTrusted(Settings.Client client) {
        var exchange = client.grants().exchange();
        if (client.jwks() == null || exchange == null || !exchange.transactionTokens()) {
            throw new OAuthError(400, "unauthorized_client", "The client may not have transaction tokens");
        }
    }

    private String made(Asked asked) {
        var client = asked.client();
        requireTrusted(client);
        var subject = tokens.find(asked.form().text("subject_token"))
                .orElseThrow(() -> OAuthError.invalidRequest("The subject token is not good"));
        if (!subject.client().equals(client.id())) {
            Delegation.allowed(client, subject);
        }
        var scopes = Scopes.narrowed(asked.form(), subject.session().grant().scopes());
        var context = TransactionContext.of(asked.form(), subject, receipts, clock.instant());
        var now = clock.instant();
        var latest = now.plus(LIFETIME);
        var txn = ids.next("txn_");
        var claims = claims(
                txn,
                name(subject),
                client.id(),
                String.join(" ", scopes.stream().sorted().toList()));
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", (latest.isBefore(subject.expiresAt()) ? latest : subject.expiresAt()).getEpochSecond());
        claims.put("sid", subject.session().id().value());
        claims.set("tctx", context.transaction());
        claims.set("rctx", context.request());
        claims.putArray("calls").add(client.id());
        record("transaction_token.issued", txn, subject.session().id(), client, scopes);
        return signed.sign(claims);
    }

    /** The principal, unique in the domain: a user and a workload may have the same name. */
    private static String name(Held subject) {
        var principal = subject.session().principal();
        return principal.type() + "::" + principal.id();
    }

    private ObjectNode claims(String txn, String subject, String workload, String scope) {
        return Json.MAPPER
                .createObjectNode()
                .put("aud", domain)
                .put("txn", txn)
                .put("sub", subject)
                .put("req_wl", workload)
                .put("scope", scope);
    }

    /** Narrower in scope, otherwise the same: not longer, not of another call, not with other context. */
    private String replaced(Asked asked) {
        var client = asked.client();
        requireTrusted(client);
        var before = verified(asked.form().text("subject_token"));
        asked.form().refuse("request_details");
        asked.form().refuse("request_context");
        var session = new SessionId(before.get("sid").stringValue());
        if (sessions.find(session)
                .filter(found -> found.isLive(clock.instant()))
                .isEmpty()) {
            throw OAuthError.invalidRequest("The session of the subject token is not live");
        }
        var calls = new ArrayList<String>();
        before.get("calls").forEach(call -> calls.add(call.stringValue()));
        calls.add(client.id());
        if (calls.size() > MAX_CALLS) {
            throw OAuthError.invalidRequest("The token was replaced too often");
        }
        var scopes = Scopes.narrowed(
                asked.form(), Set.of(before.get("scope").stringValue().split(" ", -1)));
        var txn = before.get("txn").stringValue();
        var claims = claims(
                txn,
                before.get("sub").stringValue(),
                client.id(),
                String.join(" ", scopes.stream().sorted().toList()));
        claims.put("iat", clock.instant().getEpochSecond());
        for (var same : List.of("exp", "sid", "tctx", "rctx")) {
            claims.set(same, before.get(same));
        }
        var array = claims.putArray("calls");
        calls.forEach(array::add);
        record("transaction_token.replaced", txn, session, client, scopes);
        return signed.sign(claims);
    }

    private JsonNode verified(String token) {
        try {
            return signed.verify(token);
        } catch (InvalidJws e) {
            throw OAuthError.invalidRequest("The subject token is not good: " + e.text());
        }
    }

    private void record(String kind, String txn, SessionId session, Settings.Client client, Set<String> scopes) {
        journal.append(Entry.of(kind, txn)
                .with("session", session.value())
                .with("workload", client.id())
                .with("scope", String.join(" ", scopes.stream().sorted().toList())));
    }

    /** §7.4: no lifetime is told, no refresh token given. */
    private static Map<String, Object> answer(String token) {
        var body = new LinkedHashMap<String, Object>();
        body.put("access_token", token);
        body.put("issued_token_type", TokenTypes.TRANSACTION_TOKEN);
        body.put("token_type", "N_A");
        return body;
    }
}
