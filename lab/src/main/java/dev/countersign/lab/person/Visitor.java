package dev.countersign.lab.person;

import static java.util.Objects.requireNonNull;

import dev.countersign.client.SoftwareAuthenticator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A person at a browser, with an authenticator in the pocket. Each step can be called alone and throws
 * {@link UnexpectedAnswer} when the server does not play along. One thread at a time.
 */
public final class Visitor {
    private static final String BANK_CLIENT = "bank";
    private static final int MAX_HOPS = 20;
    private static final Pattern APPROVAL_LINK = Pattern.compile("/approvals/([A-Za-z0-9_-]+)");
    /** What the page of an approval says that it shows. */
    private static final Pattern SHOWN = Pattern.compile("data-display=\"([0-9a-f]{64})\" data-locale=\"([^\"]+)\"");

    private static final Pattern WAITING = Pattern.compile("data-again=\"([A-Za-z0-9_-]+)\"");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final URI countersign;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Browser browser;
    private final SoftwareAuthenticator authenticator;
    private @Nullable String username;
    private String claims = "{}";
    private @Nullable BankPage page;

    /** @param countersign its public address (issuer), without a slash at the end */
    public Visitor(URI countersign, InstantSource clock, SecureRandom random) {
        this(countersign, clock, random, new Browser());
    }

    /** As {@link #Visitor(URI, InstantSource, SecureRandom)}, at this browser. */
    public Visitor(URI countersign, InstantSource clock, SecureRandom random, Browser browser) {
        this.countersign = countersign;
        this.clock = clock;
        this.random = random;
        this.browser = browser;
        this.authenticator = new SoftwareAuthenticator(random);
    }

    /** Logs in at the identity provider through Countersign's {@code /login}; ends on the approvals page. */
    public Hop login(String name, Map<String, ?> extraClaims) {
        become(name, extraClaims);
        return browse(at("/login?return_to=%2Fapprovals"), uri -> false).orFail("Log in as " + name);
    }

    /** What this person types when a login form shows up, without going anywhere. */
    public void become(String name, Map<String, ?> extraClaims) {
        username = name;
        claims = JSON.writeValueAsString(extraClaims);
    }

    /** Loads the bank's page anew: new key, authorization, token. Logs in on the way when needed. */
    public void openBank(URI bank) {
        page = new BankPage(bank, clock);
        redeem(authorize(Map.of()));
    }

    /** Calls the bank as its page does; once more when it asks for a nonce. Whatever it answers is the result. */
    public Hop call(String method, URI uri, String json) {
        var open = page();
        var answer = callOnce(open, method, uri, json);
        return open.asksAgain(answer) ? callOnce(open, method, uri, json) : answer;
    }

    /** Raises the bank's session (RFC 9470): authorize with acr_values, sign on the step-up page, new token. */
    public void stepUp(String acr, long maxAgeSeconds) {
        var asked = Map.of("acr_values", acr, "max_age", Long.toString(maxAgeSeconds));
        redeem(authorize(asked));
    }

    /** Adds this person's authenticator to the account. */
    public void registerAuthenticator() {
        var options = post("/authenticators/options", Map.of()).orFail("Options of a new authenticator");
        var response = JSON.readTree(authenticator.register(options.body(), origin()));
        post("/authenticators", Map.of("label", "Software key", "response", response))
                .orFail("Register the authenticator");
    }

    /** Registers the authenticator again after "this was not me". False when that was refused. */
    public boolean registerAgain() {
        var page = browse(at("/authenticators"), uri -> false);
        var waiting = WAITING.matcher(page.body());
        if (!waiting.find()) {
            return false;
        }
        var id = waiting.group(1);
        var options = post("/authenticators/again/options", Map.of("id", id));
        if (!options.isSuccess()) {
            return false;
        }
        var response = JSON.readTree(authenticator.authenticate(options.body(), origin()));
        return post("/authenticators/again", Map.of("id", id, "response", response))
                .isSuccess();
    }

    /** Ids of the approvals that the inbox page links to, in its order. */
    public List<String> inbox() {
        var inbox = browse(at("/approvals"), uri -> false).orFail("Read the inbox");
        return APPROVAL_LINK
                .matcher(inbox.body())
                .results()
                .map((MatchResult link) -> link.group(1))
                .distinct()
                .toList();
    }

    /** Signs an approval. */
    public Hop approve(String approvalId) {
        var path = "/approvals/" + approvalId;
        var shown = SHOWN.matcher(browse(at(path), uri -> false).body());
        Map<String, String> page =
                shown.find() ? Map.of("display", shown.group(1), "locale", shown.group(2)) : Map.of();
        var options = post(path + "/options", page).orFail("Options of the approval");
        var response = JSON.readTree(authenticator.authenticate(options.body(), origin()));
        return post(path + "/sign", Map.of("response", response)).orFail("Sign the approval");
    }

    /** Refuses an approval. */
    public Hop deny(String approvalId, String reason) {
        return post("/approvals/" + approvalId + "/deny", Map.of("reason", reason))
                .orFail("Deny the approval");
    }

    /** Ends the browser session and forgets the bank's page. */
    public Hop logout() {
        var headers = new LinkedHashMap<>(sameOrigin());
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        var answer = browser.send("POST", at("/logout"), headers, "");
        page = null;
        if (answer.status() >= 400) {
            throw new UnexpectedAnswer("Log out", answer);
        }
        return answer;
    }

    /** A request of one of Countersign's own pages. */
    public Hop post(String path, Map<String, ?> body) {
        var headers = new LinkedHashMap<>(sameOrigin());
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json");
        return browser.send("POST", at(path), headers, JSON.writeValueAsString(body));
    }

    /** Asks the token endpoint with a proof by the bank page's key; once more when it asks for a nonce. */
    public Hop askForToken(Map<String, String> form) {
        var open = page();
        var answer = token(open, form);
        return open.asksAgain(answer) ? token(open, form) : answer;
    }

    /** The bank's page gets new tokens without anybody's doing. Whatever it is answered is the result. */
    public Hop refresh() {
        var form = Map.of("grant_type", "refresh_token", "client_id", BANK_CLIENT, "refresh_token", refreshToken());
        var answer = askForToken(form);
        if (answer.isSuccess()) {
            keep(page(), answer);
        }
        return answer;
    }

    /** The refresh token that malware in the bank's page would steal. */
    public String refreshToken() {
        return requireNonNull(page().refreshToken, "No refresh token yet");
    }

    /** The bank's page goes on with another access token for its key. */
    public void hold(String accessToken) {
        page().accessToken = accessToken;
    }

    /** The token that malware in the bank's page would steal. */
    public String accessToken() {
        return requireNonNull(page().accessToken, "No access token yet");
    }

    /** The last proof that went over the wire. */
    public String lastProof() {
        return requireNonNull(page().lastProof, "No proof yet");
    }

    /** A proof of the bank page's key for its token: for load generators, which send requests themselves. */
    public String proof(String method, URI uri, String nonce) {
        return page().key.proof(method, uri, accessToken(), nonce);
    }

    /** The authenticator in the pocket. */
    public SoftwareAuthenticator authenticator() {
        return authenticator;
    }

    /** The browser with its cookies and all that it sent. */
    public Browser browser() {
        return browser;
    }

    /**
     * Follows redirects, fills the login form when it shows up, and stops before the first address that matches.
     *
     * @return the last answer; its location matches {@code end} when it is a redirect
     */
    public Hop browse(URI from, Predicate<URI> end) {
        var hop = browser.send("GET", from, Map.of("Accept", "text/html"), "");
        for (var hops = 0; hops < MAX_HOPS; hops++) {
            var next = hop.location();
            if (next.isPresent()) {
                if (end.test(next.get())) {
                    return hop;
                }
                hop = browser.send("GET", next.get(), Map.of("Accept", "text/html"), "");
            } else if (hop.method().equals("GET") && hop.isSuccess() && isLoginForm(hop)) {
                hop = submitLogin(hop.uri());
            } else {
                return hop;
            }
        }
        throw new UnexpectedAnswer("Gave up after " + MAX_HOPS + " redirects", hop);
    }

    private static boolean isLoginForm(Hop hop) {
        return hop.body().contains("name=\"username\"");
    }

    private Hop submitLogin(URI form) {
        var name = requireNonNull(username, "A login form, but nobody to log in: call login or become first");
        return browser.send(
                "POST",
                form,
                Map.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html"),
                Forms.encode(Map.of("username", name, "claims", claims)));
    }

    /** One authorization request of the bank's page, with a step-up on the way when Countersign wants one. */
    private Grant authorize(Map<String, String> more) {
        var open = page();
        var verifier = randomText();
        var state = randomText();
        var query = new LinkedHashMap<String, String>();
        query.put("response_type", "code");
        query.put("client_id", BANK_CLIENT);
        query.put("redirect_uri", open.redirectUri().toString());
        query.put("state", state);
        query.put("code_challenge", s256(verifier));
        query.put("code_challenge_method", "S256");
        query.put("dpop_jkt", open.key.thumbprint());
        query.putAll(more);
        Predicate<URI> end = uri -> uri.toString().startsWith(open.redirectUri() + "?");
        var hop = browse(at("/oauth/authorize?" + Forms.encode(query)), end);
        if (hop.isSuccess() && hop.uri().getPath().equals("/step-up")) {
            hop = browse(countersign.resolve(signedStepUp(hop)), end);
        }
        var answer = Forms.query(hop.location().orElse(hop.uri()));
        var code = answer.get("code");
        if (code == null
                || !state.equals(answer.get("state"))
                || !countersign.toString().equals(answer.get("iss"))) {
            throw new UnexpectedAnswer("Authorize the bank", hop);
        }
        return new Grant(code, verifier);
    }

    private record Grant(String code, String verifier) {}

    /** Does the step-up page's part; the answer is where the page goes on. */
    private String signedStepUp(Hop stepUpPage) {
        var query = Forms.query(stepUpPage.uri());
        var session = query.get("session");
        var returnTo = query.get("return_to");
        if (session == null || returnTo == null) {
            throw new UnexpectedAnswer("The step-up page names no session or no way back", stepUpPage);
        }
        var options = post("/step-up/options", Map.of("session", session)).orFail("Options of the step-up");
        var response = JSON.readTree(authenticator.authenticate(options.body(), origin()));
        post("/step-up", Map.of("session", session, "response", response)).orFail("Step up");
        return returnTo;
    }

    private void redeem(Grant grant) {
        var open = page();
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("code", grant.code());
        form.put("redirect_uri", open.redirectUri().toString());
        form.put("client_id", BANK_CLIENT);
        form.put("code_verifier", grant.verifier());
        keep(open, askForToken(form).orFail("Get a token"));
    }

    private static void keep(BankPage open, Hop answer) {
        open.accessToken = answer.json().path("access_token").stringValue();
        var refreshToken = answer.json().path("refresh_token").asString("");
        open.refreshToken = refreshToken.isEmpty() ? open.refreshToken : refreshToken;
    }

    private Hop token(BankPage open, Map<String, String> form) {
        var uri = at("/oauth/token");
        var headers = Map.of(
                "Content-Type", "application/x-www-form-urlencoded",
                "Origin", originOf(open.bank),
                "DPoP", open.proof("POST", uri, null));
        return browser.send("POST", uri, headers, Forms.encode(form));
    }

    private Hop callOnce(BankPage open, String method, URI uri, String json) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Accept", "application/json");
        if (!json.isEmpty()) {
            headers.put("Content-Type", "application/json");
        }
        headers.put("Authorization", "DPoP " + accessToken());
        headers.put("DPoP", open.proof(method, uri, accessToken()));
        return browser.send(method, uri, headers, json);
    }

    private Map<String, String> sameOrigin() {
        return Map.of("Origin", origin(), "Sec-Fetch-Site", "same-origin");
    }

    private String origin() {
        return originOf(countersign);
    }

    private static String originOf(URI uri) {
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    /** A page of Countersign. */
    public URI at(String pathAndQuery) {
        return URI.create(countersign + pathAndQuery);
    }

    private BankPage page() {
        return requireNonNull(page, "The bank's page is not open: call openBank first");
    }

    private String randomText() {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String s256(String verifier) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }
}
