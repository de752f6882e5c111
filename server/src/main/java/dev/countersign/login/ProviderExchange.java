package dev.countersign.login;

import dev.countersign.Settings.IdentityProvider;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.login.LoginAttempts.LoginAttempt;
import dev.countersign.session.IdToken;
import dev.countersign.session.IdentityProviders;
import dev.countersign.session.InvalidIdToken;
import java.net.URI;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way to an identity provider and back (OpenID Connect Core §3.1): what is asked, and which answer is believed. */
final class ProviderExchange {
    private final String callback;
    private final IdentityProviders providers;
    private final LoginAttempts attempts;
    private final TokenEndpoint tokens;
    private final Journal journal;

    /** @param issuer ours */
    ProviderExchange(
            URI issuer, IdentityProviders providers, LoginAttempts attempts, TokenEndpoint tokens, Journal journal) {
        this.callback = issuer + "/login/callback";
        this.providers = providers;
        this.attempts = attempts;
        this.tokens = tokens;
        this.journal = journal;
    }

    /**
     * Remembers the attempt; the answer is where the browser goes.
     *
     * @param browser the value that binds the attempt to this browser
     * @param extra more parameters of the authentication request, each with its {@code &}, or ""
     * @param notBefore the oldest authentication that may answer, or null for any
     * @throws Problem while the provider is away, or when too many attempts are under way
     */
    String begin(
            IdentityProvider provider,
            String browser,
            String state,
            OwnPath returnTo,
            String extra,
            @Nullable Instant notBefore) {
        var endpoint = providers.discovery(provider).authorizationEndpoint().toString();
        attempts.begin(state, browser, provider.issuer().toString(), returnTo, notBefore);
        return Parameters.append(
                endpoint,
                "response_type=code&scope=" + Parameters.encode("openid profile") + "&"
                        + Parameters.pair("client_id", provider.clientId()) + "&"
                        + Parameters.pair("redirect_uri", callback) + "&"
                        + Parameters.pair("state", state) + "&"
                        + Parameters.pair("nonce", nonce(browser, state)) + "&"
                        + Parameters.pair("code_challenge", Opaque.challenge(verifier(browser, state)))
                        + "&code_challenge_method=S256" + extra);
    }

    /** Nonce and verifier exist only in the browser that began the login, and here while it asks. */
    private static String nonce(String browser, String state) {
        return Opaque.derive(browser, "nonce", state);
    }

    private static String verifier(String browser, String state) {
        return Opaque.derive(browser, "verifier", state);
    }

    /**
     * Everything between the callback and the session: nothing is stored before it is done.
     *
     * @param timed whether the token must say when the person authenticated
     * @throws InvalidIdToken when the provider's answer cannot be trusted
     * @throws Problem 502 when it refuses, 503 when it is away
     */
    IdToken confirm(Parameters answer, LoginAttempt attempt, String browser, String state, boolean timed) {
        var provider = providers
                .byIssuer(attempt.provider())
                .orElseThrow(() -> refused("The identity provider is not configured any more"));
        var issuer = answer.get("iss");
        if (issuer.isPresent() && !issuer.get().equals(attempt.provider())) {
            throw refused("Another identity provider answered"); // RFC 9207 §2.4
        }
        if (answer.get("error").isPresent()) {
            throw refused(
                    answer.get("error").get().equals("access_denied")
                            ? "The identity provider refused the login"
                            : "The identity provider reported an error");
        }
        var code = answer.get("code").orElseThrow(() -> refused("The identity provider sent no code"));
        var endpoint = providers.discovery(provider).tokenEndpoint();
        var token = tokens.idToken(endpoint, provider, code, callback, verifier(browser, state));
        var audience = Set.of(provider.clientId());
        var verified = timed
                ? providers.verifyTimed(provider, token, audience, nonce(browser, state))
                : providers.verify(provider, token, audience, nonce(browser, state));
        requireRecent(verified, attempt.notBefore());
        return verified;
    }

    /** A provider that answers out of an old session of its own has not done what it was asked (§3.1.3.7(13)). */
    private void requireRecent(IdToken token, @Nullable Instant notBefore) {
        if (notBefore != null && token.assurance().at().isBefore(notBefore)) {
            journal.append(Entry.of("login.refused", token.principal().toString())
                    .with("issuer", token.issuer())
                    .with("reason", "stale_authentication")
                    .with("auth_time", token.assurance().at().toString()));
            throw refused("The identity provider did not ask you to log in anew, as it was told to");
        }
    }

    private static Problem refused(String detail) {
        return new Problem(502, "identity-provider", detail);
    }
}
