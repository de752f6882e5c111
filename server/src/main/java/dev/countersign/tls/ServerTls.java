package dev.countersign.tls;

import dev.countersign.TlsSettings;
import io.helidon.common.tls.Tls;
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
        return tls(false);
    }

    /** Asks for a certificate, and goes on without one. */
    public Tls mutual() {
        return tls(true);
    }

    private Tls tls(boolean askClients) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {key}, new TrustManager[] {new PossessionProven()}, null);
            var parameters = context.getDefaultSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            parameters.setWantClientAuth(askClients);
            return Tls.builder()
                    .sslContext(new ParameterisedContext(context, parameters))
                    .sslParameters(parameters)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no TLS", e);
        }
    }
}
