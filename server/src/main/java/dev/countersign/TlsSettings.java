package dev.countersign;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the listener speaks TLS itself. Files are read again when they change.
 *
 * @param certificate PEM file with our certificate, then the intermediate ones
 * @param key PEM file with its private key, PKCS #8
 * @param mutual a second port that asks callers for a certificate, or null
 */
public record TlsSettings(
        Path certificate, Path key, @Nullable Mutual mutual) {
    /** One that asks nobody for a certificate. */
    public TlsSettings(Path certificate, Path key) {
        this(certificate, key, null);
    }

    /**
     * The port that asks for a client certificate. It is another one than the browsers' because a browser that is asked shows its user
     * a dialog (RFC 8705 §5).
     *
     * @param port 0 for any free one
     * @param url public base URL of this port, no trailing slash
     */
    public record Mutual(int port, URI url) {}
}
