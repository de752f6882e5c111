package dev.countersign.login;

import dev.countersign.Settings;
import dev.countersign.http.Problem;
import dev.countersign.session.Acr;
import dev.countersign.session.AuthorizationDetails;
import dev.countersign.session.DetailTypes;
import dev.countersign.session.Grant;
import dev.countersign.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An authorization request that is well formed (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 9449 §10, RFC 9470 §4).
 *
 * @param challenge PKCE, S256
 * @param thumbprint {@code dpop_jkt}
 * @param acrs acceptable classes, empty for any
 * @param maxAge oldest acceptable authentication, or null for any age
 * @param grant what the session is for: the client's scopes, the {@code authorization_details} of this request (RFC 9396 §3)
 * @param prompt {@code none}, {@code login}, {@code select_account} or null
 */
record AuthorizeRequest(
        String client,
        String redirectUri,
        @Nullable String state,
        String challenge,
        String thumbprint,
        List<String> acrs,
        @Nullable Duration maxAge,
        Grant grant,
        @Nullable String prompt) {
    /** An authentication this young meets any {@code max_age}, also 0: the way back from it takes time. */
    static final Duration MIN_MAX_AGE = Duration.ofSeconds(30);

    /** Most values in {@code acr_values}. */
    static final int MAX_ACRS = 8;

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
    private static final Pattern ACR = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,255}");
    private static final Set<String> PROMPTS = Set.of("none", "login", "select_account");

    /** Reads all but client and redirect URI, which must have been checked before. Throws {@link AuthorizeRefusal}. */
    static AuthorizeRequest read(Parameters parameters, Settings.Client client, String redirectUri, DetailTypes types) {
        if (parameters.anySpoilt()) {
            throw invalid("A parameter is repeated, too long or malformed");
        }
        if (parameters.get("request").isPresent()) {
            throw new AuthorizeRefusal("request_not_supported", "Request objects are not supported");
        }
        if (parameters.get("request_uri").isPresent()) {
            throw new AuthorizeRefusal("request_uri_not_supported", "Request objects are not supported");
        }
        if (!required(parameters, "response_type").equals("code")) {
            throw new AuthorizeRefusal("unsupported_response_type", "Only response_type=code is supported");
        }
        if (!parameters.get("response_mode").orElse("query").equals("query")) {
            throw invalid("Only response_mode=query is supported");
        }
        var challenge = required(parameters, "code_challenge");
        if (!required(parameters, "code_challenge_method").equals("S256") || !Opaque.hasForm(challenge)) {
            throw invalid("PKCE with code_challenge_method=S256 is required");
        }
        var thumbprint = required(parameters, "dpop_jkt");
        if (!Opaque.hasForm(thumbprint)) {
            throw invalid("dpop_jkt must be the SHA-256 thumbprint of a key");
        }
        var prompt = parameters.get("prompt").orElse(null);
        if (prompt != null && !PROMPTS.contains(prompt)) {
            throw invalid("prompt must be none, login or select_account");
        }
        return new AuthorizeRequest(
                client.id(),
                redirectUri,
                parameters.get("state").orElse(null),
                challenge,
                thumbprint,
                acrs(parameters),
                maxAge(parameters),
                Grant.of(client.grants().scopes()).with(details(parameters, types)),
                prompt);
    }

    private static String required(Parameters parameters, String name) {
        return parameters.get(name).orElseThrow(() -> invalid(name + " is missing"));
    }

    private static List<String> acrs(Parameters parameters) {
        var text = parameters.get("acr_values").orElse("");
        var acrs = text.isEmpty() ? List.<String>of() : List.of(text.split(" ", -1));
        if (acrs.size() > MAX_ACRS || !acrs.stream().allMatch(ACR.asMatchPredicate())) {
            throw invalid("acr_values must be at most " + MAX_ACRS + " names separated by one space");
        }
        return acrs;
    }

    private static @Nullable Duration maxAge(Parameters parameters) {
        var text = parameters.get("max_age");
        if (text.isEmpty()) {
            return null;
        }
        if (!SECONDS.matcher(text.get()).matches()) {
            throw invalid("max_age must be a number of seconds");
        }
        return Duration.ofSeconds(Long.parseLong(text.get()));
    }

    private static AuthorizationDetails details(Parameters parameters, DetailTypes types) {
        var text = parameters.get("authorization_details");
        try {
            return text.isEmpty() ? AuthorizationDetails.NONE : AuthorizationDetails.read(text.get(), types);
        } catch (Problem e) {
            throw new AuthorizeRefusal(
                    "invalid_authorization_details", // RFC 9396 §5
                    e.extensions().getOrDefault("pointer", "") + ": " + e.detail());
        }
    }

    private static AuthorizeRefusal invalid(String description) {
        return new AuthorizeRefusal("invalid_request", description);
    }

    /** True when an authentication in {@code session} is of an accepted class and young enough at {@code now}. */
    boolean isMetBy(Session session, Instant now) {
        var age = maxAge == null
                ? Duration.between(Instant.EPOCH, now)
                : maxAge.compareTo(MIN_MAX_AGE) < 0 ? MIN_MAX_AGE : maxAge;
        return acrs.isEmpty()
                ? session.hasAssurance(null, Set.of(), age, now)
                : acrs.stream().anyMatch(acr -> session.hasAssurance(acr, Set.of(), age, now));
    }

    /** The class that a step-up has to reach: the first that it can; empty when it can reach none of those asked for. */
    Optional<String> reachable() {
        return acrs.isEmpty()
                ? Optional.of(Acr.PHR)
                : acrs.stream().filter(acr -> Acr.satisfies(Acr.PHR, acr)).findFirst();
    }

    /** This request again, without {@code prompt}: where login and step-up return to. */
    Optional<OwnPath> path() {
        var query = new ArrayList<String>();
        query.add("response_type=code");
        query.add(Parameters.pair("client_id", client));
        query.add(Parameters.pair("redirect_uri", redirectUri));
        if (state != null) {
            query.add(Parameters.pair("state", state));
        }
        query.add(Parameters.pair("code_challenge", challenge));
        query.add("code_challenge_method=S256");
        query.add(Parameters.pair("dpop_jkt", thumbprint));
        if (!acrs.isEmpty()) {
            query.add(Parameters.pair("acr_values", String.join(" ", acrs)));
        }
        if (maxAge != null) {
            query.add(Parameters.pair("max_age", Long.toString(maxAge.toSeconds())));
        }
        if (!grant.details().isEmpty()) {
            query.add(Parameters.pair(
                    "authorization_details", grant.details().json().toString()));
        }
        return OwnPath.of("/oauth/authorize?" + String.join("&", query));
    }
}
