package dev.countersign.login;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A browser that speaks Device Bound Session Credentials as Chromium does, with a key in software. */
final class BoundBrowser {
    static final String BOUND = "__Host-countersign-bound";
    static final String LONG = "__Host-countersign";

    private static final Pattern PARAMETER = Pattern.compile(";([a-z]+)=\"([^\"]*)\"");

    final Browser browser;
    final ECKey key = newKey();
    String session = "";

    BoundBrowser(LoginDeployment deployment) {
        browser = new Browser(deployment);
    }

    /** Logs in; the answer's registration header. */
    String logIn(String person) throws Exception {
        return browser.logIn(person)
                .headers()
                .firstValue("Secure-Session-Registration")
                .orElse("");
    }

    /** Logs in and registers the key. */
    BoundBrowser bind(String person) throws Exception {
        var answer = register(logIn(person));
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.body());
        }
        session = member(answer.body(), "session_identifier");
        return this;
    }

    HttpResponse<String> register(String offer) throws Exception {
        return register(sign(
                header().jwk(key.toPublicJWK()),
                new JWTClaimsSet.Builder()
                        .jwtID(parameter(offer, "challenge"))
                        .claim("authorization", parameter(offer, "authorization")),
                key));
    }

    HttpResponse<String> registerWith(String jwt) throws Exception {
        return browser.post("/dbsc/registration", "", "Secure-Session-Response", '"' + jwt + '"');
    }

    private HttpResponse<String> register(SignedJWT jwt) throws Exception {
        return registerWith(jwt.serialize());
    }

    /** Asks for a challenge of {@link #session}. */
    String challenge() throws Exception {
        var answer = refreshWith(null);
        if (answer.statusCode() != 403) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return answer.headers()
                .firstValue("Secure-Session-Challenge")
                .orElseThrow()
                .replaceFirst("^\"([^\"]*)\".*", "$1");
    }

    /** Proves the key, as the browser does when the bound cookie is missing. */
    HttpResponse<String> refresh() throws Exception {
        return refreshWith(proof(challenge()));
    }

    String proof(String challenge) {
        return sign(header(), new JWTClaimsSet.Builder().jwtID(challenge), key).serialize();
    }

    HttpResponse<String> refreshWith(@Nullable String jwt) throws Exception {
        var headers = new ArrayList<>(List.of("Sec-Secure-Session-Id", '"' + session + '"'));
        if (jwt != null) {
            headers.addAll(Arrays.asList("Secure-Session-Response", '"' + jwt + '"'));
        }
        return browser.post("/dbsc/refresh", "", headers.toArray(String[]::new));
    }

    HttpResponse<String> act(String body) throws Exception {
        return browser.post("/act", body, "Accept", "application/json");
    }

    HttpResponse<String> page() throws Exception {
        return browser.get("/page", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "navigate");
    }

    static String parameter(String header, String name) {
        var found = PARAMETER.matcher(header);
        while (found.find()) {
            if (found.group(1).equals(name)) {
                return found.group(2);
            }
        }
        throw new AssertionError("No " + name + " in " + header);
    }

    private static String member(String json, String name) {
        return json.replaceFirst("(?s).*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }

    static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dbsc+jwt"));
    }

    static SignedJWT sign(JWSHeader.Builder header, JWTClaimsSet.Builder claims, ECKey key) {
        try {
            var jwt = new SignedJWT(header.build(), claims.build());
            jwt.sign(new ECDSASigner(key));
            return jwt;
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
