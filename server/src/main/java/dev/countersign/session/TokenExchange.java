package dev.countersign.session;

import dev.countersign.Settings;
import dev.countersign.http.Problem;
import dev.countersign.jose.ClockSkew;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.LinkedHashSet;
import java.util.List;

/** Token exchange (RFC 8693): an ID token of a configured provider opens one session bound to a DPoP key. */
final class TokenExchange {
    static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
    static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    static final String ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";

    /** Longest user agent kept, characters. */
    static final int MAX_USER_AGENT = 256;

    private final Clients clients;
    private final TokenProofs proofs;
    private final IdentityProviders providers;
    private final LiveSessions sessions;

    TokenExchange(Clients clients, TokenProofs proofs, IdentityProviders providers, LiveSessions sessions) {
        this.clients = clients;
        this.proofs = proofs;
        this.providers = providers;
        this.sessions = sessions;
    }

    Session session(ServerRequest request, OAuthForm form) {
        var client = clients.authenticate(form);
        requireSupported(form);
        var subject = form.text("subject_token");
        var thumbprint = proofs.require(request);
        var token = verify(subject);
        return opened(opening(request, client, token, thumbprint), token)
                .orElseThrow(() -> OAuthError.invalidGrant("The ID token was used before"));
    }

    private java.util.Optional<Session> opened(SessionOpening.Opening opening, IdToken token) {
        try {
            return sessions.openOnce(opening, token.hash(), kept(token));
        } catch (Problem e) {
            if (e.status() == 403) {
                throw OAuthError.invalidGrant(e.detail());
            }
            throw e;
        }
    }

    private static java.time.Instant kept(IdToken token) {
        return ClockSkew.remembered(token.expiresAt());
    }

    private static void requireSupported(OAuthForm form) {
        if (!form.text("subject_token_type").equals(ID_TOKEN)) {
            throw OAuthError.invalidRequest("Only an id_token can be exchanged");
        }
        if (!form.optional("requested_token_type").orElse(ACCESS_TOKEN).equals(ACCESS_TOKEN)) {
            throw OAuthError.invalidRequest("Only an access_token can be issued");
        }
        for (var name : List.of("actor_token", "actor_token_type", "audience", "resource")) {
            form.refuse(name);
        }
    }

    private IdToken verify(String token) {
        try {
            var issuer = CompactJws.parse(token, IdTokenCheck.MAX_TOKEN).claim("iss");
            var provider = providers
                    .byIssuer(issuer)
                    .orElseThrow(() -> OAuthError.invalidGrant("The ID token's issuer is not configured"));
            return providers.verify(provider, token, audiences(provider), null);
        } catch (InvalidJws e) {
            throw OAuthError.invalidGrant("The ID token is not acceptable: " + e.text());
        } catch (InvalidIdToken e) {
            throw OAuthError.invalidGrant(e.text());
        } catch (Problem e) {
            throw new OAuthError(e.status(), "temporarily_unavailable", e.detail()).header("Retry-After", "5");
        }
    }

    private static java.util.Set<String> audiences(Settings.IdentityProvider provider) {
        var audiences = new LinkedHashSet<>(provider.acceptedAudiences());
        audiences.add(provider.clientId());
        return audiences;
    }

    private static SessionOpening.Opening opening(
            ServerRequest request, Settings.Client client, IdToken token, String thumbprint) {
        var agent = request.headers().first(HeaderNames.USER_AGENT).orElse(null);
        return new SessionOpening.Opening(
                token.principal(),
                token.issuer(),
                client.id(),
                token.assurance(),
                new Binding.DpopKey(thumbprint),
                token.groups(),
                null,
                request.remotePeer().host(),
                agent == null || agent.length() <= MAX_USER_AGENT ? agent : agent.substring(0, MAX_USER_AGENT),
                token.claims(),
                token.account());
    }
}
