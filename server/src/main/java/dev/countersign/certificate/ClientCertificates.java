package dev.countersign.certificate;

import dev.countersign.Settings;
import dev.countersign.certificate.CertificateFeature.Svid;
import io.helidon.webserver.http.ServerRequest;

/** Whom the certificate that comes with a request stands for. */
public interface ClientCertificates {
    /** The certificate by which {@code client} authenticates. Throws {@link CertificateRefused}. */
    ClientCertificate authenticate(ServerRequest request, Settings.Client client);

    /**
     * The workload whose X.509-SVID it is. Throws {@link CertificateRefused}, and
     * {@link dev.countersign.trust.TrustUnavailable}.
     */
    Svid svid(ServerRequest request);

    /** Nobody's. */
    static ClientCertificates none() {
        return new ClientCertificates() {
            @Override
            public ClientCertificate authenticate(ServerRequest request, Settings.Client client) {
                throw CertificateRefused.missing();
            }

            @Override
            public Svid svid(ServerRequest request) {
                throw CertificateRefused.missing();
            }
        };
    }
}
