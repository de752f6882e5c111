package dev.countersign.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Lets every client certificate through the handshake: TLS proves that the caller has its key, and no more. Whom it stands for,
 * and whether it is believed, is decided for each request, by a clock and trust anchors of that moment and with an answer that
 * says what is wrong; a self-signed one (RFC 8705 §2.2) has no anchor at all.
 */
final class PossessionProven extends X509ExtendedTrustManager {
    /** Certificates that a caller may send. */
    static final int MAX_CHAIN = 8;

    private static void bound(X509Certificate[] chain) throws CertificateException {
        if (chain.length > MAX_CHAIN) {
            throw new CertificateException("More than " + MAX_CHAIN + " certificates");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        bound(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        bound(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        bound(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw refused();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        throw refused();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        throw refused();
    }

    private static CertificateException refused() {
        return new CertificateException("This side is the server");
    }

    /** No names: any certificate may be shown. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
