package dev.countersign.lab.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.lab.person.Browser;
import dev.countersign.lab.person.Hop;
import java.net.URI;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Someone at a browser who fills in Keycloak's login forms. */
final class KeycloakPerson {
    private static final int MAX_HOPS = 20;
    private static final Pattern FORM = Pattern.compile("<form[^>]*\\saction=\"([^\"]+)\"");

    final Browser browser = new Browser();

    private final String name;
    private final OneTimeCodes codes;
    private int forms = Integer.MAX_VALUE;
    private int passwords;
    private int oneTimeCodes;

    KeycloakPerson(String name, OneTimeCodes codes) {
        this.name = name;
        this.codes = codes;
    }

    /** Follows redirects and fills in forms until {@code here}, or the first answer that is neither. */
    Hop visit(URI address, Predicate<URI> here) throws InterruptedException {
        return follow(browser.send("GET", address, Map.of(), ""), here);
    }

    /** Fills in at most one form; the answer to it. */
    Hop visitOnce(URI address) throws InterruptedException {
        forms = 1;
        return visit(address, uri -> false);
    }

    /** As a click on a link of the page's own site. */
    Hop click(URI address, Predicate<URI> here) throws InterruptedException {
        return follow(browser.send("GET", address, Map.of("Sec-Fetch-Site", "same-origin"), ""), here);
    }

    private Hop follow(Hop first, Predicate<URI> here) throws InterruptedException {
        var hop = first;
        for (var i = 0; i < MAX_HOPS; i++) {
            var next = hop.location();
            if (next.isPresent()) {
                if (here.test(next.get())) {
                    return hop;
                }
                hop = browser.send("GET", next.get(), Map.of(), "");
                continue;
            }
            var form = FORM.matcher(hop.body());
            if (!hop.uri().getPath().startsWith("/realms/") || hop.status() != 200 || !form.find() || forms-- <= 0) {
                return hop;
            }
            var action = hop.uri().resolve(form.group(1).replace("&amp;", "&"));
            hop = browser.send("POST", action, Map.of("Content-Type", "application/x-www-form-urlencoded"), fill(hop));
        }
        throw new AssertionError("No end of redirects and forms; at last " + hop.uri());
    }

    private String fill(Hop page) throws InterruptedException {
        var fields = new LinkedHashMap<String, String>();
        if (page.body().contains("name=\"otp\"")) {
            oneTimeCodes++;
            fields.put("otp", codes.next());
        } else {
            passwords++;
            fields.put("username", name);
            fields.put("password", name + "-password");
        }
        return form(fields);
    }

    static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field ->
                        URLEncoder.encode(field.getKey(), UTF_8) + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** How often Keycloak asked for the password and for a one-time code. */
    String asked() {
        return passwords + " passwords, " + oneTimeCodes + " codes";
    }
}
