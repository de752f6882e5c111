package dev.countersign.session;

import dev.countersign.CertificateSettings;
import dev.countersign.Service;
import dev.countersign.Settings;
import dev.countersign.certificate.CertificateRefused;
import dev.countersign.certificate.ClientCertificate;
import dev.countersign.certificate.ClientCertificates;
import dev.countersign.enforce.ClientAssertions;
import dev.countersign.http.ClientAddress;
import dev.countersign.jose.InvalidJws;
import dev.countersign.policy.MappedClaims;
import dev.countersign.trust.TrustUnavailable;
import io.helidon.webserver.http.ServerRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code client_credentials} (RFC 6749 §4.4) of workloads: a service of the settings proves its DPoP key or its certificate, a
 * workload of a trust domain its X.509-SVID. The session is bound to what was proved.
 */
final class ClientCredentials {
    /** Longest name of a workload, characters: what a person's may have. */
    private static final int MAX_NAME = Person.MAX_ID;

    private final Settings settings;
    private final Clients clients;
    private final TokenProofs proofs;
    private final ClientCertificates certificates;
    private final SessionOpening sessions;
    private final InstantSource clock;

    ClientCredentials(
            Settings settings,
            Clients clients,
            TokenProofs proofs,
            ClientCertificates certificates,
            SessionOpening sessions,
            InstantSource clock) {
        this.settings = settings;
        this.clients = clients;
        this.proofs = proofs;
        this.certificates = certificates;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** True for a workload; false for an enforcement point, which needs no session. */
    boolean isForWorkload(OAuthForm form) {
        var assertion = form.optional("client_assertion");
        if (assertion.isEmpty()) {
            return true;
        }
        try {
            return clients.service(ClientAssertions.claimedClient(assertion.get()))
                    .isPresent();
        } catch (InvalidJws e) {
            throw OAuthError.invalidClient("The client assertion is not acceptable: " + e.text());
        }
    }

    Session session(ServerRequest request, OAuthForm form) {
        for (var name : Set.of("audience", "resource", "scope")) {
            form.refuse(name);
        }
        var assertion = form.optional("client_assertion");
        if (assertion.isPresent()) {
            return byKey(request, form, assertion.get());
        }
        if (request.headers().contains(TokenProofs.DPOP)) {
            throw OAuthError.invalidRequest("A session is bound to a certificate or to a DPoP key, not to both");
        }
        return byCertificate(request, form);
    }

    /** RFC 7523 §2.2, with the client that the assertion is of: {@code client_id} may be left out. */
    private Session byKey(ServerRequest request, OAuthForm form, String assertion) {
        var id = ClientAssertions.claimedClient(assertion);
        if (!form.optional("client_id").orElse(id).equals(id)) {
            throw OAuthError.invalidClient("The client assertion is of another client");
        }
        var client = clients.authenticate(form, id);
        // After the client, who has a right to know what is wrong with a proof; before the session, which it binds.
        var thumbprint = proofs.require(request);
        return open(request, client, service(client), new Binding.DpopKey(thumbprint), issuer(), null);
    }

    private Session byCertificate(ServerRequest request, OAuthForm form) {
        var id = form.optional("client_id");
        var client = id.flatMap(clients::find);
        if (client.isEmpty()) {
            return bySvid(request, id.orElse(null));
        }
        var service = service(client.get());
        if (client.get().certificate() == null) {
            throw OAuthError.invalidClient("The client must authenticate with private_key_jwt");
        }
        ClientCertificate certificate;
        try {
            certificate = certificates.authenticate(request, client.get());
        } catch (CertificateRefused e) {
            throw invalidClient(e);
        }
        var issuer = client.get().certificate() instanceof CertificateSettings.Login.Named named
                ? "x509:" + named.authority()
                : issuer();
        var binding = new Binding.Certificate(certificate.sha256());
        return open(request, client.get(), service, binding, issuer, certificate.notAfter());
    }

    private Session bySvid(ServerRequest request, @Nullable String claimed) {
        try {
            var svid = certificates.svid(request);
            var name = svid.id().toString();
            if (name.length() > MAX_NAME) {
                throw OAuthError.invalidClient("The SPIFFE ID is longer than " + MAX_NAME + " characters");
            }
            if (claimed != null && !claimed.equals(name)) {
                throw OAuthError.invalidClient("The certificate is of another client");
            }
            return sessions.open(opening(
                    request,
                    name,
                    name,
                    Set.of(),
                    new Binding.Certificate(svid.certificate().sha256()),
                    "spiffe://" + svid.id().trustDomain(),
                    WorkloadClaims.of(java.util.Map.of("trust_domain", svid.id().trustDomain())),
                    svid.notAfter()));
        } catch (CertificateRefused e) {
            throw invalidClient(e);
        } catch (TrustUnavailable e) {
            throw new OAuthError(503, "temporarily_unavailable", e.text()).header("Retry-After", "5");
        }
    }

    private static OAuthError invalidClient(CertificateRefused refused) {
        return switch (refused.kind()) {
            case MISSING -> OAuthError.invalidClient("Authenticate with private_key_jwt or with a client certificate");
            case UNTRUSTED -> OAuthError.invalidClient(refused.text());
            case FORGED -> OAuthError.invalidRequest(refused.text());
        };
    }

    private static Service service(Settings.Client client) {
        var service = client.service();
        if (service == null) {
            throw new OAuthError(400, "unauthorized_client", "The client is no service");
        }
        return service;
    }

    private Session open(
            ServerRequest request,
            Settings.Client client,
            Service service,
            Binding binding,
            String issuer,
            @Nullable Instant notAfter) {
        return sessions.open(opening(
                request,
                service.workload(),
                client.id(),
                service.groups(),
                binding,
                issuer,
                MappedClaims.NONE,
                notAfter == null ? Instant.MAX : notAfter));
    }

    private SessionOpening.Opening opening(
            ServerRequest request,
            String workload,
            String client,
            Set<String> groups,
            Binding binding,
            String issuer,
            MappedClaims claims,
            Instant notAfter) {
        var now = clock.instant();
        var latest = now.plus(settings.certificates().maxSession());
        return new SessionOpening.Opening(
                new Principal(Principal.Kind.WORKLOAD, workload),
                issuer,
                client,
                new Assurance(Acr.BASE, Set.of(), now),
                binding,
                groups,
                null,
                ClientAddress.of(request),
                TokenExchange.userAgent(request),
                claims,
                null,
                null,
                notAfter.isBefore(latest) ? notAfter : latest);
    }

    private String issuer() {
        return settings.issuer().toString();
    }
}
