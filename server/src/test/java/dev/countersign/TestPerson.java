package dev.countersign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.client.Decision;
import dev.countersign.client.DpopKey;
import dev.countersign.client.Evaluation;
import dev.countersign.client.SoftwareAuthenticator;
import dev.countersign.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A person at a browser: cookies of Countersign's pages, the bank's page with its key, an authenticator. */
final class TestPerson {
    /** PKCE: the verifier and its S256 challenge (RFC 7636 appendix B). */
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    final String name;
    final Map<String, String> cookies = new LinkedHashMap<>();
    final DpopKey key;
    final SoftwareAuthenticator authenticator = new SoftwareAuthenticator(new SecureRandom());

    /** Everything secret that this person ever sent or got. */
    final List<String> secrets = new ArrayList<>();

    private final TestDeployment deployment;
    private final List<String> groups;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Object> claims = new LinkedHashMap<>();
    private @Nullable String token;
    private @Nullable String nonce;

    TestPerson(TestDeployment deployment, String name, List<String> groups) {
        this.deployment = deployment;
        this.name = name;
        this.groups = groups;
        this.key = DpopKey.generate(deployment.clock);
    }

    /** Logs in at the identity provider; the last answer is where {@code returnTo} leads. */
    HttpResponse<String> logIn(String returnTo) {
        return follow(get(atProvider(returnTo).toString()));
    }

    /** Goes to the identity provider and logs in there: the callback's address. */
    URI atProvider(String returnTo) {
        var start = get("/login?return_to=" + encode(returnTo));
        assertThat(start.statusCode()).as(start.body()).isEqualTo(303);
        this.claims.put("groups", groups);
        var claims = Json.MAPPER.writeValueAsString(this.claims);
        var form = HttpRequest.newBuilder(location(start))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("username=" + name + "&claims=" + encode(claims)));
        return location(send(form, false));
    }

    /** What the identity provider will say at the next login, besides groups. */
    TestPerson claiming(Map<String, ?> more) {
        claims.putAll(more);
        return this;
    }

    TestPerson loggedIn() {
        assertThat(logIn("/authenticators").statusCode()).isEqualTo(200);
        return this;
    }

    /** Opens the bank's page for these transactions alone (RFC 9396). */
    TestPerson atTheBankFor(String authorizationDetails) {
        redeem(code("&authorization_details=" + encode(authorizationDetails)));
        return this;
    }

    /** Where the bank's request with {@code more} parameters leads. */
    URI authorized(String more) {
        return location(get(authorize(more)));
    }

    /** Opens the bank's page: a session bound to this person's key. */
    TestPerson atTheBank() {
        redeem(code(""));
        return this;
    }

    TestPerson withAuthenticator() {
        var options = post("/authenticators/options", "{}");
        assertThat(options.statusCode()).as(options.body()).isEqualTo(200);
        var response = authenticator.register(options.body(), origin());
        var added = post("/authenticators", "{\"label\":\"key\",\"response\":" + response + "}");
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        return this;
    }

    /** Steps the bank's session up as RFC 9470 has it. */
    void stepUp() {
        var page = get(authorize("&acr_values=" + encode("urn:countersign:acr:phr") + "&max_age=300"));
        var asked = query(location(page));
        raise(String.valueOf(asked.get("session")));
        var back = get(String.valueOf(asked.get("return_to")));
        redeem(String.valueOf(query(location(back)).get("code")));
    }

    /** Steps the browser's own session up. */
    TestPerson raised() {
        var page = get("/step-up").body();
        var session = Pattern.compile("se_[A-Za-z0-9_-]{22}").matcher(page);
        assertThat(session.find()).as(page).isTrue();
        raise(session.group());
        return this;
    }

    void raise(String session) {
        var options = post("/step-up/options", "{\"session\":\"" + session + "\"}");
        var response = authenticator.authenticate(options.body(), origin());
        var done = post("/step-up", "{\"session\":\"" + session + "\",\"response\":" + response + "}");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    }

    /** Signs an approval with the authenticator. */
    HttpResponse<String> sign(String request) {
        var page = get("/approvals/" + request).body();
        var shown = Pattern.compile("data-display=\"([0-9a-f]{64})\" data-locale=\"([^\"]+)\"")
                .matcher(page);
        var body = shown.find()
                ? "{\"display\":\"%s\",\"locale\":\"%s\"}".formatted(shown.group(1), shown.group(2))
                : "{}";
        var options = post("/approvals/" + request + "/options", body);
        if (options.statusCode() != 200) {
            return options;
        }
        var response = authenticator.authenticate(options.body(), origin());
        return post("/approvals/" + request + "/sign", "{\"response\":" + response + "}");
    }

    /**
     * The bank asks for this person, as often as Countersign wants another nonce.
     *
     * @param evaluation the question, given what the person's page presents
     */
    Decision ask(Function<Presented, Evaluation> evaluation) {
        return ask(deployment.bank(), evaluation);
    }

    Decision ask(dev.countersign.client.Countersign bank, Function<Presented, Evaluation> evaluation) {
        var decision = bank.evaluate(evaluation.apply(present()));
        if (decision instanceof Decision.Refused refused && refused.code().equals("use_dpop_nonce")) {
            nonce = refused.nonce();
            decision = bank.evaluate(evaluation.apply(present()));
        }
        if (decision instanceof Decision.Permit permit && permit.nonce() != null) {
            nonce = permit.nonce();
        }
        return decision;
    }

    /** A fresh proof and the token. */
    Presented present() {
        var proof = key.proof("POST", TestDeployment.BANK_CALL, token(), nonce);
        secrets.add(proof);
        return new Presented(token(), proof);
    }

    void nonce(@Nullable String next) {
        nonce = next;
    }

    /** What the bank's page sends with its call. */
    record Presented(String token, String proof) {}

    String token() {
        return java.util.Objects.requireNonNull(token, "The bank's page is not open");
    }

    /** The bank's page goes on with another token for its key. */
    void token(String next) {
        token = next;
    }

    HttpResponse<String> get(String path, String... headers) {
        var uri = path.startsWith("/") ? URI.create(deployment.issuer + path) : URI.create(path);
        var request = HttpRequest.newBuilder(uri);
        if (Arrays.stream(headers).noneMatch("Accept"::equals)) {
            request.header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        }
        return send(with(request, headers), true);
    }

    /** A request of one of our own pages. */
    HttpResponse<String> post(String path, String json, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(deployment.issuer + path))
                .header("Origin", origin())
                .POST(BodyPublishers.ofString(json));
        if (Arrays.stream(headers).noneMatch("Content-Type"::equals)) {
            request.header("Content-Type", "application/json");
        }
        return send(with(request, headers), true);
    }

    private static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    /** Adds this person's cookies to {@code request}. */
    HttpRequest.Builder asThisBrowser(HttpRequest.Builder request) {
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        return request;
    }

    private HttpResponse<String> follow(HttpResponse<String> answer) {
        var last = answer;
        while (last.statusCode() == 303) {
            last = get(location(last).toString());
        }
        return last;
    }

    private String authorize(String more) {
        return "/oauth/authorize?response_type=code&client_id=bank&state=s&code_challenge=" + CHALLENGE
                + "&code_challenge_method=S256&redirect_uri=" + encode(TestDeployment.REDIRECT_URI.toString())
                + "&dpop_jkt=" + key.thumbprint() + more;
    }

    private String code(String more) {
        var answer = get(authorize(more));
        return String.valueOf(query(location(answer)).get("code"));
    }

    private void redeem(String code) {
        secrets.add(code);
        var form = "grant_type=authorization_code&client_id=bank&code=" + encode(code) + "&code_verifier=" + VERIFIER
                + "&redirect_uri=" + encode(TestDeployment.REDIRECT_URI.toString());
        var answer = exchange(form);
        if (answer.statusCode() == 400 && answer.body().contains("use_dpop_nonce")) {
            answer = exchange(form);
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        token = Json.MAPPER.readTree(answer.body()).get("access_token").stringValue();
        secrets.add(token);
    }

    /** One request to the token endpoint with a proof. */
    HttpResponse<String> exchange(String form) {
        var endpoint = URI.create(deployment.issuer + "/oauth/token");
        var proof = key.proof("POST", endpoint, null, nonce);
        secrets.add(proof);
        var answer = send(
                HttpRequest.newBuilder(endpoint)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("DPoP", proof)
                        .POST(BodyPublishers.ofString(form)),
                false);
        answer.headers().firstValue("DPoP-Nonce").ifPresent(this::nonce);
        return answer;
    }

    HttpResponse<String> send(HttpRequest.Builder request, boolean withCookies) {
        try {
            var answer = http.send((withCookies ? asThisBrowser(request) : request).build(), BodyHandlers.ofString());
            for (var header : answer.headers().allValues("Set-Cookie")) {
                keep(header);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void keep(String header) {
        var pair = header.substring(0, header.indexOf(';')).split("=", 2);
        cookies.put(pair[0], pair[1]);
        if (header.contains("Max-Age=0;")) {
            cookies.remove(pair[0]);
        } else {
            secrets.add(pair[1]);
        }
    }

    private String origin() {
        return deployment.issuer.toString();
    }

    /** One request of the bank's page to our own API with its token and a proof, with the server's nonce when it wants one. */
    HttpResponse<String> call(String method, String path) {
        var uri = URI.create(deployment.issuer + path);
        var answer = callOnce(method, uri);
        return answer.statusCode() == 401 ? callOnce(method, uri) : answer;
    }

    private HttpResponse<String> callOnce(String method, URI uri) {
        var proof = key.proof(method, uri, token(), nonce);
        var answer = send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "DPoP " + token())
                        .header("DPoP", proof)
                        .method(method, BodyPublishers.noBody()),
                false);
        answer.headers().firstValue("DPoP-Nonce").ifPresent(this::nonce);
        return answer;
    }

    static URI location(HttpResponse<String> response) {
        return response.uri()
                .resolve(response.headers()
                        .firstValue("Location")
                        .orElseThrow(() -> new AssertionError(response.statusCode() + " " + response.body())));
    }

    static Map<String, String> query(URI uri) {
        var fields = new LinkedHashMap<String, String>();
        for (var pair : uri.getRawQuery().split("&", -1)) {
            var parts = pair.split("=", 2);
            fields.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
        }
        return fields;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /** Follows the link that a command printed, as this person's browser does, through a step-up when it is asked for. */
    void open(String url) {
        var answer = get(url);
        while (answer.statusCode() == 303) {
            var next = location(answer);
            if (next.getPath().equals("/step-up")) {
                var asked = query(next);
                raise(String.valueOf(asked.get("session")));
                answer = get(String.valueOf(asked.get("return_to")));
            } else {
                answer = get(next.toString());
            }
        }
        if (!answer.body().contains("Done")) {
            throw new AssertionError(answer.body());
        }
    }
}
