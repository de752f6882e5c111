package dev.countersign.login;

import dev.countersign.Settings.IdentityProvider;
import dev.countersign.http.Problem;
import dev.countersign.login.LoginAttempts.LoginAttempt;
import dev.countersign.session.IdToken;
import dev.countersign.session.IdentityProviders;
import dev.countersign.session.InvalidIdToken;
import java.net.URI;
import java.util.Set;

/** The way to an identity provider and back (OpenID Connect Core §3.1): what is asked, and which answer is believed. */
final class ProviderExchange {
    private final String callback;
    private final IdentityProviders providers;
    private final LoginAttempts attempts;
    private final TokenEndpoint tokens;

    /** @param issuer ours */
    ProviderExchange(URI issuer, IdentityProviders providers, LoginAttempts attempts, TokenEndpoint tokens) {
        this.callback = issuer + "/login/callback";
        this.providers = providers;
        this.attempts = attempts;
        this.tokens = tokens;
    }

    /**
     * Remembers the attempt; the answer is where the browser goes.
     *
     * @param browser the value that binds the attempt to this browser
     * @param extra more parameters of the authentication request, each with its {@code &}, or ""
     * @throws Problem while the provider is away, or when too many attempts are under way
     */
    String begin(IdentityProvider provider, String browser, String state, OwnPath returnTo, String extra) {
        var endpoint = providers.discovery(provider).authorizationEndpoint().toString();
        attempts.begin(state, browser, provider.issuer().toString(), returnTo);
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
        return timed
                ? providers.verifyTimed(provider, token, audience, nonce(browser, state))
                : providers.verify(provider, token, audience, nonce(browser, state));
    }

    private static Problem refused(String detail) {
        return new Problem(502, "identity-provider", detail);
    }
}
