package dev.countersign.lab.attack;

import dev.countersign.client.DpopKey;
import dev.countersign.lab.person.Browser;
import dev.countersign.lab.person.Hop;
import dev.countersign.lab.person.Visitor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody at another machine, with an own key and with what was stolen. */
final class Thief {
    final Browser browser = new Browser();
    final DpopKey key;
    private final Stage stage;

    Thief(Stage stage) {
        this.stage = stage;
        this.key = DpopKey.generate(stage.clock());
    }

    URI accounts() {
        return stage.bank().resolve("/api/accounts");
    }

    /** Reads the victim's accounts. */
    Hop read(String scheme, String token, @Nullable String proof) {
        return send("GET", accounts(), scheme, token, proof, "");
    }

    Hop send(String method, URI uri, String scheme, String token, @Nullable String proof, String body) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Accept", "application/json");
        headers.put("Authorization", scheme + " " + token);
        if (proof != null) {
            headers.put("DPoP", proof);
        }
        if (!body.isEmpty()) {
            headers.put("Content-Type", "application/json");
        }
        return browser.send(method, uri, headers, body);
    }

    /** Reads with a proof by the thief's own key and a nonce that the server gave to the thief. */
    Hop readWithOwnKey(String token) {
        var first = read("DPoP", token, key.proof("GET", accounts(), token, null));
        var nonce = first.header("DPoP-Nonce").orElse(null);
        return nonce == null ? first : read("DPoP", token, key.proof("GET", accounts(), token, nonce));
    }

    /** A proof of the victim's that was made but never arrived: for an address at the bank where nobody answers. */
    static String intercepted(Visitor victim, String method, URI uri) {
        var answer = victim.call(method, uri, "");
        if (answer.status() != 404 && answer.status() != 405) {
            throw new IllegalStateException("The proof arrived: " + answer.status());
        }
        return victim.lastProof();
    }

    static String code(Hop answer) {
        return answer.body().startsWith("{")
                ? answer.json().path("code").asString("" + answer.status())
                : "" + answer.status();
    }

    /** The claims of a token, as anybody can read them. */
    static JsonNode claims(String token) {
        var payload = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
        return JsonMapper.shared().readTree(new String(payload, StandardCharsets.UTF_8));
    }

    static boolean refused(Hop answer, String code) {
        return (answer.status() == 401 || answer.status() == 403)
                && code(answer).equals(code);
    }

    Hop form(URI uri, Map<String, String> fields, Map<String, String> more) {
        var body = new StringBuilder();
        fields.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                .append(encode(name))
                .append('=')
                .append(encode(value)));
        var headers = new LinkedHashMap<>(more);
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        return browser.send("POST", uri, headers, body.toString());
    }

    static String encode(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
