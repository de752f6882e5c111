package dev.countersign.lab.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.lab.person.Browser;
import dev.countersign.lab.person.Hop;
import java.net.URI;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An administrator of the realm, through Keycloak's admin REST API. */
final class KeycloakAdmin {
    private final URI base;
    private final Browser http = new Browser();

    KeycloakAdmin(URI base) {
        this.base = base;
    }

    /** Ends all sessions of a user. */
    void logOut(String username) {
        send("POST", "/users/" + id(username) + "/logout", "");
    }

    /** Ends one session, by its {@code sid}. */
    void endSession(String id) {
        send("DELETE", "/sessions/" + id, "");
    }

    void setEnabled(String username, boolean enabled) {
        var path = "/users/" + id(username);
        var user = (ObjectNode) send("GET", path, "").json();
        send("PUT", path, user.put("enabled", enabled).toString());
    }

    void resetPassword(String username, String password) {
        var credential = JsonMapper.shared().createObjectNode();
        credential.put("type", "password").put("value", password).put("temporary", false);
        send("PUT", "/users/" + id(username) + "/reset-password", credential.toString());
    }

    /** Lets the client {@code clientId} ask for the scopes by which it manages its stream of signals. */
    void allowSignals(String clientId) {
        var client = send("GET", "/clients?clientId=" + clientId, "")
                .json()
                .get(0)
                .path("id")
                .stringValue();
        for (var scope : send("GET", "/client-scopes", "").json()) {
            if (scope.path("name").asString("").startsWith("ssf.")) {
                send(
                        "PUT",
                        "/clients/" + client + "/optional-client-scopes/"
                                + scope.path("id").stringValue(),
                        "");
            }
        }
    }

    private String id(String username) {
        return send("GET", "/users?exact=true&username=" + username, "")
                .json()
                .get(0)
                .path("id")
                .stringValue();
    }

    private Hop send(String method, String path, String json) {
        var hop = http.send(
                method,
                URI.create(base + "/admin/realms/bank" + path),
                Map.of("Authorization", "Bearer " + token(), "Content-Type", "application/json"),
                json);
        assertThat(hop.status()).as(method + " " + path + ": " + hop.body()).isBetween(200, 299);
        return hop;
    }

    private String token() {
        var fields = Map.of(
                "grant_type",
                "password",
                "client_id",
                "admin-cli",
                "username",
                Keycloak.ADMIN,
                "password",
                Keycloak.ADMIN_PASSWORD);
        return http.send(
                        "POST",
                        URI.create(base + "/realms/master/protocol/openid-connect/token"),
                        Map.of("Content-Type", "application/x-www-form-urlencoded"),
                        KeycloakPerson.form(fields))
                .json()
                .path("access_token")
                .stringValue();
    }
}
