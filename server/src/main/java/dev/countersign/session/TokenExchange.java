package dev.countersign.session;

import dev.countersign.Settings;
import dev.countersign.http.ClientAddress;
import dev.countersign.http.Problem;
import dev.countersign.jose.ClockSkew;
import dev.countersign.jose.CompactJws;
import dev.countersign.jose.InvalidJws;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Token exchange (RFC 8693): an ID token of a configured provider, or a token that a door takes, opens one session bound to a DPoP key. */
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
    private final DoorExchange doors;

    TokenExchange(
            Clients clients,
            TokenProofs proofs,
            IdentityProviders providers,
            LiveSessions sessions,
            DoorExchange doors) {
        this.clients = clients;
        this.proofs = proofs;
        this.providers = providers;
        this.sessions = sessions;
        this.doors = doors;
    }

    Session session(ServerRequest request, OAuthForm form) {
        var client = clients.authenticate(form);
        var type = requireSupported(form);
        var subject = form.text("subject_token");
        var thumbprint = proofs.require(request);
        if (DoorExchange.takes(type)) {
            return doors.session(request, client, type, subject, thumbprint);
        }
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

    private static String requireSupported(OAuthForm form) {
        var type = form.text("subject_token_type");
        if (!type.equals(ID_TOKEN) && !DoorExchange.takes(type)) {
            throw OAuthError.invalidRequest("Only an id_token, an access_token or a jwt can be exchanged");
        }
        if (!form.optional("requested_token_type").orElse(ACCESS_TOKEN).equals(ACCESS_TOKEN)) {
            throw OAuthError.invalidRequest("Only an access_token can be issued");
        }
        for (var name : List.of("actor_token", "actor_token_type", "audience", "resource")) {
            form.refuse(name);
        }
        return type;
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
        return new SessionOpening.Opening(
                token.principal(),
                token.issuer(),
                client.id(),
                token.assurance(),
                new Binding.DpopKey(thumbprint),
                token.groups(),
                null,
                ClientAddress.of(request),
                userAgent(request),
                token.claims(),
                token.account(),
                null,
                null);
    }

    static @Nullable String userAgent(ServerRequest request) {
        var agent = request.headers().first(HeaderNames.USER_AGENT).orElse(null);
        return agent == null || agent.length() <= MAX_USER_AGENT ? agent : agent.substring(0, MAX_USER_AGENT);
    }
}
