package dev.countersign.key;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses who computes: Amazon's provider (ES256 eight times faster) where it loads, the JDK's otherwise. */
public final class CryptoProviders {
    private static final Logger LOG = LoggerFactory.getLogger(CryptoProviders.class);

    private CryptoProviders() {}

    /** Installs the faster provider first. Idempotent. True when it is in use. */
    public static boolean install() {
        try {
            AmazonCorrettoCryptoProvider.install();
            var healthy = AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null;
            if (!healthy) {
                LOG.info("the JDK's cryptography is used: the native provider does not load here");
            }
            return healthy;
        } catch (LinkageError | RuntimeException e) {
            LOG.info("the JDK's cryptography is used: the native provider does not load here");
            return false;
        }
    }
}
