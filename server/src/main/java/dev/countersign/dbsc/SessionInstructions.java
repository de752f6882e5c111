package dev.countersign.dbsc;

import dev.countersign.Settings;
import dev.countersign.http.Json;
import dev.countersign.session.SessionId;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What the browser is told about its session (draft "JSON Session Instruction Format"). */
final class SessionInstructions {
    /** No cookie is asked for there; a browser need not prove anything before it calls them. */
    private static final List<String> OUTSIDE = List.of(
            "/access",
            "/assets",
            "/evidence",
            "/health",
            "/login",
            "/oauth/introspect",
            "/oauth/revoke",
            "/oauth/token",
            "/.well-known");

    private final String origin;
    private final Set<String> initiators;

    /** @param settings whose applications' hosts may send people here without a bound cookie in hand */
    SessionInstructions(Settings settings) {
        this.origin = settings.issuer().getScheme() + "://" + settings.issuer().getRawAuthority();
        this.initiators = hosts(settings);
    }

    private static Set<String> hosts(Settings settings) {
        var hosts = new TreeSet<String>();
        for (var client : settings.clients()) {
            for (URI address : client.redirectUris()) {
                if (address.getHost() != null && !address.getHost().startsWith("[")) {
                    hosts.add(address.getHost());
                }
            }
        }
        return hosts;
    }

    JsonNode of(SessionId session) {
        var instructions = Json.MAPPER.createObjectNode();
        instructions.put("session_identifier", session.value());
        instructions.put("refresh_url", DbscRoutes.REFRESH);
        var scope = instructions.putObject("scope");
        scope.put("origin", origin);
        scope.put("include_site", false);
        var rules = scope.putArray("scope_specification");
        for (var path : OUTSIDE) {
            rules.addObject().put("type", "exclude").put("domain", "*").put("path", path);
        }
        instructions
                .putArray("credentials")
                .addObject()
                .put("type", "cookie")
                .put("name", BoundCookie.NAME)
                .put("attributes", BoundCookie.ATTRIBUTES);
        var allowed = instructions.putArray("allowed_refresh_initiators");
        initiators.forEach(allowed::add);
        return instructions;
    }
}
