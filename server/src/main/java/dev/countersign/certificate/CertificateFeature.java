package dev.countersign.certificate;

import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.CertificateSettings.Login;
import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.trust.SpiffeId;
import dev.countersign.trust.TrustBundles;
import io.helidon.webserver.http.ServerRequest;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Client certificates: found, believed, and named. */
public final class CertificateFeature implements ClientCertificates {
    private final RequestCertificates requests;
    private final Authorities authorities;
    private final X509Svids svids;
    private final boolean takesSvids;
    private final Refusals refusals;
    private final InstantSource clock;
    private final Map<String, List<X509Certificate>> selfSigned = new LinkedHashMap<>();

    private CertificateFeature(Settings settings, TrustBundles bundles, Journal journal, InstantSource clock) {
        var certificates = settings.certificates();
        this.refusals = new Refusals(journal, clock);
        this.requests = new RequestCertificates(certificates.proxies(), refusals);
        this.authorities = new Authorities(certificates.authorities(), clock);
        this.svids = new X509Svids(bundles, clock);
        this.takesSvids = certificates.svids();
        this.clock = clock;
        for (var client : settings.clients()) {
            switch (client.certificate()) {
                case null -> {}
                case Login.SelfSigned own -> selfSigned.put(client.id(), certificates(client.id(), own.jwks()));
                case Login.Named named -> requireUsable(client.id(), named);
            }
        }
    }

    /** Throws {@link IllegalArgumentException} when files or names of the settings cannot be used. */
    public static CertificateFeature wire(
            Settings settings, TrustBundles bundles, Journal journal, InstantSource clock) {
        return new CertificateFeature(settings, bundles, journal, clock);
    }

    private void requireUsable(String client, Login.Named named) {
        if (!authorities.has(named.authority())) {
            throw new IllegalArgumentException(
                    "The client " + client + " names an authority that is not configured: " + named.authority());
        }
        try {
            SubjectNames.requireReadable(named);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The client " + client + " has a name that no certificate can have", e);
        }
    }

    /** RFC 8705 §2.2.2: each key's certificate stands first in its {@code x5c}. */
    private static List<X509Certificate> certificates(String client, String jwks) {
        try {
            var found = JWKSet.parse(jwks).getKeys().stream()
                    .map(key -> key.getX509CertChain())
                    .filter(chain -> chain != null && !chain.isEmpty())
                    .map(chain -> CertificateText.der(chain.getFirst().decode()))
                    .toList();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (ParseException | CertificateRefused e) {
            // told below, as for none
        }
        throw new IllegalArgumentException("The client " + client + " has no certificates in x5c that can be read");
    }

    /** Finds the certificates of requests. */
    public RequestCertificates requests() {
        return requests;
    }

    /** Recorded when it is refused. */
    @Override
    public ClientCertificate authenticate(ServerRequest request, Settings.Client client) {
        var certificate = require(request);
        try {
            switch (client.certificate()) {
                case null -> throw CertificateRefused.untrusted("The client does not authenticate by certificate");
                case Login.Named named -> {
                    authorities.require(named.authority(), certificate);
                    if (!SubjectNames.has(certificate.leaf(), named)) {
                        throw CertificateRefused.untrusted("The certificate is of another client");
                    }
                }
                case Login.SelfSigned own -> requireOneOf(selfSigned.getOrDefault(client.id(), List.of()), certificate);
            }
            return certificate;
        } catch (CertificateRefused e) {
            refusals.record(request, e);
            throw e;
        }
    }

    private void requireOneOf(List<X509Certificate> known, ClientCertificate certificate) {
        var leaf = certificate.leaf();
        if (!known.contains(leaf)) {
            throw CertificateRefused.untrusted("The certificate is not one of the client's");
        }
        KeySizes.require(leaf);
        var now = clock.instant();
        if (now.isBefore(leaf.getNotBefore().toInstant())
                || now.isAfter(leaf.getNotAfter().toInstant())) {
            throw CertificateRefused.untrusted("The certificate is not valid now");
        }
    }

    /** Recorded when it is refused. */
    @Override
    public Svid svid(ServerRequest request) {
        var certificate = require(request);
        try {
            if (!takesSvids || !X509Svids.isOne(certificate.leaf())) {
                throw CertificateRefused.untrusted("The certificate is not one of a workload that is known");
            }
            return new Svid(svids.verify(certificate), certificate);
        } catch (CertificateRefused e) {
            refusals.record(request, e);
            throw e;
        }
    }

    private ClientCertificate require(ServerRequest request) {
        return requests.of(request).orElseThrow(CertificateRefused::missing);
    }

    /** A workload and the certificate that says so. */
    public record Svid(SpiffeId id, ClientCertificate certificate) {
        /** When it stops being one. */
        public Instant notAfter() {
            return certificate.notAfter();
        }
    }
}
