package dev.countersign.lab.attack;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.countersign.lab.attack.Finding.Notes;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.person.Visitor;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Access tokens that nobody issued. */
final class ForgedTokens {
    private ForgedTokens() {}

    static List<Attack> all() {
        return List.of(new Attack(
                "S10", "Forged tokens: alg, key headers, kid, crit, duplicate members", ForgedTokens::forged));
    }

    private static Finding forged(Stage stage) throws Exception {
        var alice = stage.customer(Cast.ALICE);
        var thief = new Thief(stage);
        var notes = new Notes()
                .honest("read", alice.call("GET", thief.accounts(), "").isSuccess());
        for (var forgery : forgeries(stage, alice, thief).entrySet()) {
            var answer = thief.readWithOwnKey(forgery.getValue());
            notes.attempt(forgery.getKey(), Thief.refused(answer, "invalid_session"), Thief.code(answer));
        }
        notes.honest("read afterwards", alice.call("GET", thief.accounts(), "").isSuccess());
        return notes.finding(stage.showsRefusal("invalid_session"));
    }

    private static Map<String, String> forgeries(Stage stage, Visitor alice, Thief thief) throws Exception {
        var parts = alice.accessToken().split("\\.", -1);
        var kid = text(parts[0]).replaceAll(".*\"kid\":\"([^\"]+)\".*", "$1");
        // The thief's token names the thief's key, so that nothing but the signature is in the way.
        var jkt = Thief.claims(alice.accessToken()).path("cnf").path("jkt").stringValue();
        var payload = text(parts[1]).replace(jkt, thief.key.thumbprint());
        var keys = thief.browser
                .send("GET", stage.issuer().resolve("/.well-known/jwks.json"), Map.of(), "")
                .body();
        var own = new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
        var forged = new LinkedHashMap<String, String>();
        forged.put("payload changed", parts[0] + "." + encode(payload) + "." + parts[2]);
        forged.put("alg none", encode("{\"alg\":\"none\",\"typ\":\"at+jwt\"}") + "." + encode(payload) + ".");
        forged.put("alg nOnE", encode("{\"alg\":\"nOnE\",\"typ\":\"at+jwt\"}") + "." + encode(payload) + ".");
        forged.put("HS256 with the public keys", hmac(header(kid, "HS256", ""), payload, keys));
        forged.put("own key under the known kid", signed(own, header(kid, "ES256", ""), payload));
        forged.put("jwk", signed(own, header(kid, "ES256", ",\"jwk\":" + own.toPublicJWK()), payload));
        for (var name : List.of("jku", "x5u")) {
            var place = ",\"" + name + "\":\"" + stage.bank() + "/keys.json\"";
            forged.put(name, signed(own, header(kid, "ES256", place), payload));
        }
        for (var path : List.of("../../../../dev/null", "/dev/null", "' or '1'='1", "")) {
            forged.put("kid " + path, signed(own, header(path, "ES256", ""), payload));
        }
        forged.put(
                "unknown crit, genuine otherwise",
                signed(own, header(kid, "ES256", ",\"crit\":[\"thief\"],\"thief\":true"), payload));
        forged.put("duplicate member", signed(own, header(kid, "ES256", ",\"alg\":\"none\""), payload));
        var twice = payload.substring(0, payload.length() - 1) + ",\"sub\":\"alice\"}";
        forged.put("duplicate claim", parts[0] + "." + encode(twice) + "." + parts[2]);
        forged.put("no signature", parts[0] + "." + parts[1] + ".");
        forged.put("signature of zeros", parts[0] + "." + parts[1] + "." + Base64URL.encode(new byte[64]));
        forged.put("a proof as a token", wrongType(own, payload));
        return forged;
    }

    private static String header(String kid, String alg, String more) {
        return "{\"alg\":\"" + alg + "\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"" + more + "}";
    }

    private static String signed(ECKey key, String header, String payload) throws JOSEException {
        var input = encode(header) + "." + encode(payload);
        var signer = new ECDSASigner(key);
        return input + "." + signer.sign(new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII));
    }

    private static String wrongType(ECKey key, String payload) throws JOSEException {
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK())
                .build();
        return signed(key, header.toString(), payload);
    }

    private static String hmac(String header, String payload, String secret) throws GeneralSecurityException {
        var input = encode(header) + "." + encode(payload);
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return input + "." + Base64URL.encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String encode(String text) {
        return Base64URL.encode(text).toString();
    }

    private static String text(String encoded) {
        return new Base64URL(encoded).decodeToString();
    }
}
