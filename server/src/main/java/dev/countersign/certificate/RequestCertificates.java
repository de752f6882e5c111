package dev.countersign.certificate;

import dev.countersign.CertificateSettings.Proxy;
import dev.countersign.key.Sha256;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client certificate of a request: of its own TLS connection, or as a proxy forwards it that proves itself. A header of
 * anybody else is not only useless but an attack: the request is refused and that is recorded.
 */
public final class RequestCertificates {
    /** What a proxy proves itself by. */
    static final HeaderName SECRET = HeaderNames.create("Countersign-Proxy-Secret");

    private static final HeaderName CLIENT_CERT = HeaderNames.create("Client-Cert");
    private static final HeaderName CLIENT_CERT_CHAIN = HeaderNames.create("Client-Cert-Chain");
    private static final HeaderName FORWARDED = HeaderNames.create("X-Forwarded-Client-Cert");

    private final List<Known> proxies;
    private final Refusals refusals;

    RequestCertificates(List<Proxy> proxies, Refusals refusals) {
        this.proxies = proxies.stream().map(Known::of).toList();
        this.refusals = refusals;
    }

    /** The certificate, if there is one. Throws {@link CertificateRefused}, recorded, for headers that prove nothing. */
    public Optional<ClientCertificate> of(ServerRequest request) {
        try {
            return find(request);
        } catch (CertificateRefused e) {
            refusals.record(request, e);
            throw e;
        }
    }

    private Optional<ClientCertificate> find(ServerRequest request) {
        var own = ofConnection(request);
        var proxy = proxy(request, own.orElse(null));
        if (proxy != null) {
            // The connection's certificate is the proxy's then, and never its clients'.
            return forwarded(request, proxy);
        }
        if (has(request, CLIENT_CERT) || has(request, CLIENT_CERT_CHAIN) || has(request, FORWARDED)) {
            throw CertificateRefused.forged("Only a proxy that proves itself may forward a client certificate");
        }
        return own;
    }

    private static Optional<ClientCertificate> ofConnection(ServerRequest request) {
        return request.remotePeer()
                .tlsCertificates()
                .map(chain -> Arrays.stream(chain)
                        .filter(X509Certificate.class::isInstance)
                        .map(X509Certificate.class::cast)
                        .toList())
                .filter(chain -> !chain.isEmpty())
                .map(ClientCertificate::new);
    }

    private @Nullable Proxy proxy(ServerRequest request, @Nullable ClientCertificate own) {
        var shown = own == null ? null : own.sha256();
        var secret = single(request, SECRET);
        Proxy found = null;
        var hash = secret == null ? null : Sha256.of(secret);
        for (var one : proxies) { // all of them, so that the time tells nothing of any
            if (one.isProven(hash, shown)) {
                found = one.proxy();
            }
        }
        if (found == null && secret != null) {
            throw CertificateRefused.forged("The secret is no proxy's");
        }
        return found;
    }

    private static Optional<ClientCertificate> forwarded(ServerRequest request, Proxy proxy) {
        var standard = single(request, CLIENT_CERT);
        var envoy = single(request, FORWARDED);
        var chain = has(request, CLIENT_CERT_CHAIN)
                ? String.join(",", request.headers().get(CLIENT_CERT_CHAIN).allValues()) // a list (RFC 9440 §2.3)
                : "";
        return switch (proxy.header()) {
            case CLIENT_CERT -> {
                requireAbsent(envoy);
                if (standard == null && !chain.isEmpty()) {
                    throw CertificateRefused.forged("Client-Cert-Chain comes without Client-Cert");
                }
                yield Optional.ofNullable(standard).map(value -> ClientCertHeader.read(value, chain));
            }
            case X_FORWARDED_CLIENT_CERT -> {
                requireAbsent(standard);
                requireAbsent(chain.isEmpty() ? null : chain);
                yield Optional.ofNullable(envoy).map(ForwardedClientCert::read);
            }
        };
    }

    /** The proxy would have let it through from a client: it only sends, and strips, its own. */
    private static void requireAbsent(@Nullable String other) {
        if (other != null) {
            throw CertificateRefused.forged("The proxy forwards a header that it does not send itself");
        }
    }

    private static boolean has(ServerRequest request, HeaderName name) {
        return request.headers().contains(name);
    }

    private static @Nullable String single(ServerRequest request, HeaderName name) {
        if (!has(request, name)) {
            return null;
        }
        var values = request.headers().get(name).allValues();
        if (values.size() != 1) {
            throw CertificateRefused.forged(name.defaultCase() + " comes more than once");
        }
        return values.getFirst();
    }

    private record Known(Proxy proxy, byte @Nullable [] secret) {
        static Known of(Proxy proxy) {
            var hex = proxy.secretSha256();
            return new Known(proxy, hex == null ? null : HexFormat.of().parseHex(hex));
        }

        /** By everything that the settings name: of a proxy with both, both. */
        boolean isProven(byte @Nullable [] hash, @Nullable String certificate) {
            var pinned = proxy.certificateSha256();
            var bySecret = secret == null || (hash != null && MessageDigest.isEqual(secret, hash));
            var byCertificate = pinned == null || (certificate != null && same(pinned, certificate));
            return bySecret && byCertificate;
        }

        private static boolean same(String one, String other) {
            return MessageDigest.isEqual(
                    one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
