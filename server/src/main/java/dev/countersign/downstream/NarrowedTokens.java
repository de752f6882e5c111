package dev.countersign.downstream;

import dev.countersign.http.Problem;
import dev.countersign.session.AuthorizationDetails;
import dev.countersign.session.Binding;
import dev.countersign.session.DetailTypes;
import dev.countersign.session.Downstream.Asked;
import dev.countersign.session.Grant;
import dev.countersign.session.OAuthError;
import dev.countersign.session.OAuthForm;
import dev.countersign.session.Session;
import dev.countersign.session.SessionOpening;
import dev.countersign.session.SessionOpening.Opening;
import dev.countersign.session.SessionTokens;
import dev.countersign.session.SessionTokens.Held;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Exchanges an access token of ours for a narrower one (RFC 8693). The new token has a session of its own under the subject's:
 * same principal, no step-up of its own, ending no later than the token that it came of, bound to the key that asked.
 */
final class NarrowedTokens {
    private final SessionTokens tokens;
    private final SessionOpening opening;
    private final Delegation delegation;
    private final DetailTypes types;

    NarrowedTokens(SessionTokens tokens, SessionOpening opening, DetailTypes types) {
        this.tokens = tokens;
        this.opening = opening;
        this.delegation = new Delegation(tokens);
        this.types = types;
    }

    Map<String, Object> issue(Asked asked) {
        var form = asked.form();
        if (!TokenTypes.isAccessToken(form.text("subject_token_type"))) {
            throw OAuthError.invalidRequest("A transaction token can be exchanged for another transaction token alone");
        }
        var token = form.text("subject_token");
        var thumbprint = asked.proof().get();
        var subject = tokens.find(token).orElseThrow(() -> OAuthError.invalidRequest("The subject token is not good"));
        var own = Delegation.isOwn(asked.client(), subject, thumbprint);
        var grant = own ? own(form, subject) : delegated(asked, subject, thumbprint);
        return answer(open(asked, subject, grant, thumbprint));
    }

    private Grant own(OAuthForm form, Held subject) {
        var held = subject.session().grant();
        form.refuse("actor_token");
        var audiences = audiences(form);
        if (!audiences.isEmpty()
                && !held.audiences().isEmpty()
                && !held.audiences().containsAll(audiences)) {
            throw invalidTarget();
        }
        return new Grant(
                Scopes.narrowed(form, held.scopes()),
                audiences.isEmpty() ? held.audiences() : audiences,
                held.actors(),
                details(form, held),
                true);
    }

    private Grant delegated(Asked asked, Held subject, String thumbprint) {
        var form = asked.form();
        var held = subject.session().grant();
        var exchange = Delegation.allowed(asked.client(), subject);
        var audiences = audiences(form);
        if (audiences.isEmpty() || !exchange.audiences().containsAll(audiences)) {
            throw invalidTarget();
        }
        return new Grant(
                Scopes.narrowed(form, held.scopes()),
                audiences,
                delegation.chain(form, asked.client(), exchange, held, thumbprint),
                details(form, held),
                true);
    }

    /** RFC 8693 §2.1: {@code audience} is a name, {@code resource} a URI; ours are ids of enforcement points, which may be both. */
    private static Set<String> audiences(OAuthForm form) {
        var audience = form.optional("audience");
        var resource = form.optional("resource");
        if (audience.isPresent() && resource.isPresent()) {
            throw OAuthError.invalidRequest("Name the target by audience or resource, not both");
        }
        return audience.or(() -> resource).map(Set::of).orElse(Set.of());
    }

    private AuthorizationDetails details(OAuthForm form, Grant held) {
        var text = form.optional("authorization_details");
        if (text.isEmpty()) {
            return held.details();
        }
        try {
            var asked = AuthorizationDetails.read(text.get(), types);
            if (asked.isWithin(held.details())) {
                return asked;
            }
        } catch (Problem e) {
            throw invalidDetails(e.extensions().getOrDefault("pointer", "") + ": " + e.detail());
        }
        throw invalidDetails("The subject token is not for these transactions");
    }

    private Session open(Asked asked, Held subject, Grant grant, String thumbprint) {
        var session = subject.session();
        try {
            return opening.open(new Opening(
                    session.principal(),
                    session.issuer(),
                    asked.client().id(),
                    session.login(),
                    new Binding.DpopKey(thumbprint),
                    session.groups(),
                    session.id(),
                    session.startedFrom(),
                    session.userAgent(),
                    session.claims(),
                    null,
                    grant,
                    subject.expiresAt()));
        } catch (Problem e) {
            if (e.status() != 409 && e.status() != 429) {
                throw e;
            }
            throw OAuthError.invalidRequest(e.detail());
        }
    }

    private Map<String, Object> answer(Session session) {
        var body = new LinkedHashMap<String, Object>();
        body.put("access_token", tokens.issue(session));
        body.put("issued_token_type", TokenTypes.ACCESS_TOKEN);
        body.put("token_type", "DPoP");
        body.put("expires_in", tokens.lifetime(session).toSeconds());
        if (!session.grant().scopes().isEmpty()) {
            body.put(
                    "scope",
                    String.join(" ", session.grant().scopes().stream().sorted().toList()));
        }
        if (!session.grant().details().isEmpty()) {
            body.put(
                    "authorization_details",
                    List.copyOf(session.grant().details().json()));
        }
        return body;
    }

    private static OAuthError invalidTarget() {
        return new OAuthError(
                400, "invalid_target", "The client may not have tokens for this audience"); // RFC 8693 §2.2.2
    }

    private static OAuthError invalidDetails(String description) {
        return new OAuthError(400, "invalid_authorization_details", description); // RFC 9396 §5
    }
}
