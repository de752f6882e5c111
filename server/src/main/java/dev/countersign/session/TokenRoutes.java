package dev.countersign.session;

import dev.countersign.enforce.ClientAssertions;
import dev.countersign.enforce.EnforceFeature;
import dev.countersign.http.Answers;
import dev.countersign.http.Json;
import dev.countersign.jose.InvalidJws;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** {@code POST /oauth/token}. */
final class TokenRoutes {
    private final OAuthAnswers answers;
    private final TokenProofs proofs;
    private final AccessTokens tokens;
    private final CodeGrant codes;
    private final TokenExchange exchange;
    private final Clients clients;
    private final Downstream downstream;
    private final RefreshGrant refresh;
    private final RefreshTokens refreshTokens;
    private final Lifespans lifespans;
    private final ClientCredentials workloads;
    private final EnforceFeature enforcers;
    private final java.time.InstantSource clock;

    TokenRoutes(
            OAuthAnswers answers,
            TokenProofs proofs,
            AccessTokens tokens,
            CodeGrant codes,
            TokenExchange exchange,
            Clients clients,
            Downstream downstream,
            RefreshGrant refresh,
            RefreshTokens refreshTokens,
            Lifespans lifespans,
            ClientCredentials workloads,
            EnforceFeature enforcers,
            java.time.InstantSource clock) {
        this.answers = answers;
        this.proofs = proofs;
        this.tokens = tokens;
        this.codes = codes;
        this.exchange = exchange;
        this.clients = clients;
        this.downstream = downstream;
        this.refresh = refresh;
        this.refreshTokens = refreshTokens;
        this.lifespans = lifespans;
        this.workloads = workloads;
        this.enforcers = enforcers;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/oauth/token", answers.open(this::token)).options("/oauth/token", answers::preflight);
    }

    private void token(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.create("DPoP-Nonce"), proofs.nonce());
        var form = OAuthForm.of(request);
        switch (form.text("grant_type")) {
            case "authorization_code" -> issue(response, codes.session(request, form), false);
            case TokenExchange.GRANT -> exchange(request, response, form);
            case "refresh_token" -> {
                var good = refresh.use(request, form);
                answer(response, good.session(), false, good.token());
            }
            case "client_credentials" -> {
                if (workloads.isForWorkload(form)) {
                    issue(response, workloads.session(request, form), false);
                } else {
                    issueToEnforcer(response, form);
                }
            }
            default -> throw new OAuthError(400, "unsupported_grant_type", "The grant type is not supported");
        }
    }

    private void exchange(ServerRequest request, ServerResponse response, OAuthForm form) {
        if (downstream.takes(form)) {
            var asked = new Downstream.Asked(form, clients.authenticate(form), () -> proofs.require(request));
            Answers.json(response, 200, downstream.exchange(asked));
        } else {
            issue(response, exchange.session(request, form), true);
        }
    }

    private void issue(ServerResponse response, Session session, boolean exchanged) {
        if (PresentedCheck.hasEnded(session, clock.instant())) {
            throw OAuthError.invalidGrant("The session has ended");
        }
        var renewable = session.binding() instanceof Binding.DpopKey key && lifespans.mayRefresh(session.client())
                ? refreshTokens.issue(session, key.thumbprint())
                : null;
        answer(response, session, exchanged, renewable);
    }

    private void answer(ServerResponse response, Session session, boolean exchanged, @Nullable String refreshToken) {
        var body = new LinkedHashMap<String, Object>();
        body.put("access_token", tokens.issue(session));
        body.put("token_type", session.binding().tokenType());
        body.put("expires_in", tokens.lifetime(session).toSeconds());
        if (refreshToken != null) {
            body.put("refresh_token", refreshToken);
        }
        if (!session.grant().scopes().isEmpty()) {
            body.put("scope", GrantJson.scope(session.grant().scopes()));
        }
        if (!session.grant().details().isEmpty()) { // RFC 9396 §7
            var details = Json.MAPPER.createArrayNode();
            GrantJson.details(details, session.grant().details());
            body.put("authorization_details", details);
        }
        if (exchanged) {
            body.put("issued_token_type", TokenExchange.ACCESS_TOKEN);
        }
        Answers.json(response, 200, body);
    }

    private void issueToEnforcer(ServerResponse response, OAuthForm form) {
        if (!form.optional("client_assertion_type").orElse("").equals(ClientAssertions.TYPE)) {
            throw OAuthError.invalidClient("Authenticate with private_key_jwt");
        }
        var assertion = form.text("client_assertion");
        try {
            var client = form.optional("client_id");
            if (client.isPresent() && !client.get().equals(ClientAssertions.claimedClient(assertion))) {
                throw OAuthError.invalidClient("The client assertion is of another client");
            }
            var body = new LinkedHashMap<String, Object>();
            body.put("access_token", enforcers.token(assertion));
            body.put("token_type", "Bearer");
            body.put("expires_in", EnforceFeature.tokenLifetime().toSeconds());
            Answers.json(response, 200, body);
        } catch (InvalidJws e) {
            throw OAuthError.invalidClient("The client assertion is not acceptable: " + e.text());
        }
    }
}
