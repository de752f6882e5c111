package dev.countersign.session;

import dev.countersign.Settings;
import dev.countersign.enforce.ClientAssertions;
import dev.countersign.jose.InvalidJws;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The registered applications and how they authenticate. */
final class Clients {
    private final List<Settings.Client> clients;
    private final ClientAssertions assertions;
    private final Set<String> origins;

    Clients(List<Settings.Client> clients, ClientAssertions assertions) {
        this.clients = List.copyOf(clients);
        this.assertions = assertions;
        this.origins = clients.stream()
                .flatMap(client -> client.redirectUris().stream())
                .filter(uri -> uri.getRawAuthority() != null)
                .map(Clients::origin)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    /** True for the origin of a registered redirect URI: an application's page. */
    boolean isOrigin(String origin) {
        return origins.contains(origin);
    }

    /** The client of the request. One with keys must prove them; a public one is identified only. */
    Settings.Client authenticate(OAuthForm form) {
        var id = form.text("client_id");
        var client = clients.stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow(() -> OAuthError.invalidClient("The client is not registered"));
        var jwks = client.jwks();
        if (jwks != null) {
            requireAssertion(form, id, jwks);
        }
        return client;
    }

    /** As {@link #authenticate}; a public client, which anybody can claim to be, is refused. */
    Settings.Client authenticateWithKeys(OAuthForm form) {
        var client = authenticate(form);
        if (client.jwks() == null) {
            throw OAuthError.invalidClient("Only a client with keys may do this");
        }
        return client;
    }

    private void requireAssertion(OAuthForm form, String id, String jwks) {
        if (!form.optional("client_assertion_type").orElse("").equals(ClientAssertions.TYPE)) {
            throw OAuthError.invalidClient("The client must authenticate with private_key_jwt");
        }
        try {
            assertions.verify(form.text("client_assertion"), id, jwks);
        } catch (InvalidJws e) {
            throw OAuthError.invalidClient("The client assertion is not acceptable: " + e.text());
        }
    }
}
