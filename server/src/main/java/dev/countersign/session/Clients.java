package dev.countersign.session;

import dev.countersign.Settings;
import dev.countersign.certificate.CertificateRefused;
import dev.countersign.certificate.ClientCertificates;
import dev.countersign.enforce.ClientAssertions;
import dev.countersign.jose.InvalidJws;
import dev.countersign.trust.TrustUnavailable;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The registered applications and how they authenticate. */
final class Clients {
    private final List<Settings.Client> clients;
    private final ClientAssertions assertions;
    private final ClientCertificates certificates;
    private final Set<String> origins;

    Clients(List<Settings.Client> clients, ClientAssertions assertions, ClientCertificates certificates) {
        this.clients = List.copyOf(clients);
        this.assertions = assertions;
        this.certificates = certificates;
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

    Optional<Settings.Client> find(String id) {
        return clients.stream().filter(one -> one.id().equals(id)).findFirst();
    }

    /** The client, when it is a service. */
    Optional<Settings.Client> service(String id) {
        return find(id).filter(client -> client.service() != null);
    }

    /** The client of the request. One with keys or a certificate must prove them; a public one is identified only. */
    Settings.Client authenticate(OAuthForm form) {
        return authenticate(form, form.text("client_id"));
    }

    /** As {@link #authenticate(OAuthForm)}, the client {@code id}. */
    Settings.Client authenticate(OAuthForm form, String id) {
        var client = find(id).orElseThrow(() -> OAuthError.invalidClient("The client is not registered"));
        var jwks = client.jwks();
        if (jwks != null) {
            requireAssertion(form, id, jwks);
        }
        if (client.certificate() != null) {
            requireCertificate(form, client);
        }
        return client;
    }

    /** As {@link #authenticate}; a public client, which anybody can claim to be, is refused. */
    Settings.Client authenticateWithKeys(OAuthForm form) {
        var client = authenticate(form);
        if (client.jwks() == null && client.certificate() == null) {
            throw OAuthError.invalidClient("Only a client with keys or a certificate may do this");
        }
        return client;
    }

    /** As {@link #authenticate(OAuthForm)}, or the workload whose X.509-SVID it is: its SPIFFE ID is its {@code client_id}. */
    String identify(OAuthForm form) {
        var id = form.text("client_id");
        if (!id.startsWith("spiffe://") || find(id).isPresent()) {
            return authenticate(form).id();
        }
        try {
            if (certificates.svid(form.request()).id().toString().equals(id)) {
                return id;
            }
        } catch (CertificateRefused | TrustUnavailable e) {
            throw OAuthError.invalidClient("The client's X.509-SVID is not acceptable: " + e.getMessage());
        }
        throw OAuthError.invalidClient("The certificate is of another client");
    }

    private void requireCertificate(OAuthForm form, Settings.Client client) {
        try {
            certificates.authenticate(form.request(), client);
        } catch (CertificateRefused e) {
            throw OAuthError.invalidClient(e.text());
        }
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
