package dev.countersign.tls;

import dev.countersign.TlsSettings;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** TLS 1.2 and 1.3 as our listeners speak it. */
public final class ServerTls {
    private final ServerKey key;

    /** Throws {@link IllegalArgumentException} when the files cannot be used. */
    public ServerTls(TlsSettings settings) {
        key = new ServerKey(settings.certificate(), settings.key());
    }

    /** Asks nobody for a certificate. */
    public Tls plain() {
        return tls(TlsClientAuth.NONE);
    }

    /** Asks for a certificate, and goes on without one. */
    public Tls mutual() {
        return tls(TlsClientAuth.OPTIONAL);
    }

    private Tls tls(TlsClientAuth clients) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {key}, new TrustManager[] {new PossessionProven()}, null);
            return Tls.builder()
                    .sslContext(context)
                    .clientAuth(clients)
                    .addEnabledProtocol("TLSv1.3")
                    .addEnabledProtocol("TLSv1.2")
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no TLS", e);
        }
    }
}
