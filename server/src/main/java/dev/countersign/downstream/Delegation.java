package dev.countersign.downstream;

import dev.countersign.GrantSettings;
import dev.countersign.Settings;
import dev.countersign.session.Grant;
import dev.countersign.session.Grant.Actor;
import dev.countersign.session.OAuthError;
import dev.countersign.session.OAuthForm;
import dev.countersign.session.Principal;
import dev.countersign.session.SessionTokens;
import dev.countersign.session.SessionTokens.Held;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may exchange whose token, and who acts with what comes of it (RFC 8693 §1.1, §4.1, §4.4). */
final class Delegation {
    /** Longest chain of actors. */
    static final int MAX_CHAIN = 4;

    private final SessionTokens tokens;

    Delegation(SessionTokens tokens) {
        this.tokens = tokens;
    }

    /** Whether the client that the token was issued to narrows it with the token's own key: nobody else acts then. */
    static boolean isOwn(Settings.Client client, Held subject, String thumbprint) {
        return subject.client().equals(client.id()) && subject.isBoundTo(thumbprint);
    }

    /**
     * What the settings let {@code client} do with {@code subject}'s token. A token says itself whom it may be presented by:
     * one that is for named audiences can be exchanged by those alone.
     */
    static GrantSettings.Exchange allowed(Settings.Client client, Held subject) {
        var exchange = client.grants().exchange();
        if (exchange == null || client.jwks() == null) {
            throw new OAuthError(400, "unauthorized_client", "The client may not exchange tokens of others");
        }
        var audiences = subject.session().grant().audiences();
        if (!exchange.tokensOf().contains(subject.client())
                || !(audiences.isEmpty() || audiences.contains(client.id()))) {
            throw OAuthError.invalidRequest("The client may not exchange this token");
        }
        return exchange;
    }

    /** The chain of actors with the one of this request in front. */
    List<Actor> chain(
            OAuthForm form, Settings.Client client, GrantSettings.Exchange exchange, Grant subject, String thumbprint) {
        var actor = actor(form, client, exchange, thumbprint);
        var chain = new ArrayList<Actor>();
        chain.add(actor == null ? new Actor("Client", client.id()) : actor);
        chain.addAll(subject.actors());
        if (chain.size() > MAX_CHAIN) {
            throw OAuthError.invalidRequest("The chain of actors is longer than " + MAX_CHAIN);
        }
        return chain;
    }

    /** The principal of {@code actor_token}: an agent's or workload's own, held by this client and proven by its key. */
    private @Nullable Actor actor(
            OAuthForm form, Settings.Client client, GrantSettings.Exchange exchange, String thumbprint) {
        var token = form.optional("actor_token");
        if (token.isEmpty()) {
            form.refuse("actor_token_type");
            return null;
        }
        if (!TokenTypes.isAccessToken(form.text("actor_token_type"))) {
            throw OAuthError.invalidRequest("The actor token must be an access token");
        }
        var held = tokens.find(token.get()).orElseThrow(() -> OAuthError.invalidRequest("The actor token is not good"));
        var principal = held.session().principal();
        var name = principal.type() + "::" + principal.id();
        if (!held.client().equals(client.id()) || !held.isBoundTo(thumbprint)) {
            throw OAuthError.invalidRequest("The actor token is not this client's, or the proof is by another key");
        }
        if (principal.kind() == Principal.Kind.USER
                || !held.session()
                        .grant()
                        .equals(Grant.of(held.session().grant().scopes()))) {
            throw OAuthError.invalidRequest("The actor must be an agent or a workload, in a session of its own");
        }
        if (!exchange.actors().contains(name)) {
            throw OAuthError.invalidRequest("The actor may not act for others");
        }
        return new Actor(principal.type(), principal.id());
    }
}
