package dev.countersign.lab.person;

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
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a browser with Device Bound Session Credentials does with its key, as Chromium does it. */
public final class BoundKey {
    private static final Pattern STRING = Pattern.compile("\"([^\"]*)\"");

    private final URI countersign;
    private final ECKey key;

    /** A new key for sessions at {@code countersign}: its public address, without a slash at the end. */
    public BoundKey(URI countersign) {
        this.countersign = countersign;
        try {
            key = new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("This JDK makes no P-256 keys", e);
        }
    }

    /** The registration header of the login that {@code browser} went through last. */
    public static String offer(Browser browser) {
        return browser.hops().reversed().stream()
                .flatMap(hop -> hop.header("Secure-Session-Registration").stream())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No login asked for a key"));
    }

    /** Registers this key; the answer holds the session's identifier. */
    public Hop register(Browser browser, String offer) {
        var claims = new JWTClaimsSet.Builder()
                .jwtID(parameter(offer, "challenge"))
                .claim("authorization", parameter(offer, "authorization"));
        var jwt = sign(header().jwk(key.toPublicJWK()).build(), claims.build());
        return send(browser, "/dbsc/registration", Map.of("Secure-Session-Response", '"' + jwt + '"'));
    }

    /** Asks for a challenge and signs it: a proof that was not sent yet. */
    public String proof(Browser browser, String session) {
        var asked = refresh(browser, session, null);
        var header = STRING.matcher(asked.header("Secure-Session-Challenge").orElse(""));
        if (!header.find()) {
            throw new UnexpectedAnswer("Ask for a challenge", asked);
        }
        return sign(
                header().build(),
                new JWTClaimsSet.Builder().jwtID(header.group(1)).build());
    }

    /** Proves this key for {@code session}. */
    public Hop prove(Browser browser, String session) {
        return refresh(browser, session, proof(browser, session));
    }

    /** A refresh of {@code session} with this proof, or with none. */
    public Hop refresh(Browser browser, String session, @Nullable String proof) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Sec-Secure-Session-Id", '"' + session + '"');
        if (proof != null) {
            headers.put("Secure-Session-Response", '"' + proof + '"');
        }
        return send(browser, "/dbsc/refresh", headers);
    }

    private Hop send(Browser browser, String path, Map<String, String> headers) {
        return browser.send("POST", URI.create(countersign + path), headers, "");
    }

    private static String parameter(String header, String name) {
        var found = Pattern.compile(";" + name + "=\"([^\"]*)\"").matcher(header);
        if (!found.find()) {
            throw new IllegalStateException("The registration header has no " + name);
        }
        return found.group(1);
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dbsc+jwt"));
    }

    private String sign(JWSHeader header, JWTClaimsSet claims) {
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("The proof could not be signed", e);
        }
    }
}
