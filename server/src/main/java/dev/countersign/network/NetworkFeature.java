package dev.countersign.network;

import dev.countersign.SurroundingsSettings.Databases;
import dev.countersign.network.MaxMindDatabase.Subject;
import dev.countersign.policy.IpValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Networks by their addresses, from files that are read again when they change. */
public final class NetworkFeature implements Networks, AutoCloseable {
    /**
     * How often the files are looked at. Looked at, not watched: a database behind a symbolic link or on a network file system
     * changes without telling.
     */
    public static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(NetworkFeature.class);

    private final @Nullable WatchedDatabase city; // of the thread below, once it runs
    private final @Nullable WatchedDatabase asn;
    private final @Nullable WatchedDatabase anonymous;
    private final Thread watching;
    private volatile AddressDatabases current;

    private NetworkFeature(Databases files) {
        city = WatchedDatabase.open("city", files.city(), Subject.CITY);
        asn = WatchedDatabase.open("asn", files.asn(), Subject.ASN);
        anonymous = WatchedDatabase.open("anonymous_ip", files.anonymousIp(), Subject.ANONYMOUS_IP);
        current = now();
        watching = Thread.ofPlatform().daemon().name("address-databases").unstarted(this::watch);
    }

    /** Throws IllegalStateException, naming setting and file, when a database cannot be read. */
    public static NetworkFeature open(Databases files) {
        var feature = new NetworkFeature(files);
        if (feature.city != null || feature.asn != null || feature.anonymous != null) {
            feature.watching.start();
        }
        return feature;
    }

    @Override
    public Known of(@Nullable IpValue address) {
        return current.of(address);
    }

    @Override
    public boolean locate() {
        return current.locate();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_AGAIN);
                refresh();
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer watching");
        }
    }

    private void refresh() {
        try {
            var places = refresh(city);
            var systems = refresh(asn);
            var hiding = refresh(anonymous);
            if (places || systems || hiding) {
                current = now();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("an address database could not be read again; the one before stays", e);
        }
    }

    private static boolean refresh(@Nullable WatchedDatabase database) {
        return database != null && database.refresh();
    }

    private AddressDatabases now() {
        return new AddressDatabases(
                city == null ? null : city.current(),
                asn == null ? null : asn.current(),
                anonymous == null ? null : anonymous.current());
    }

    @Override
    public void close() {
        watching.interrupt();
    }
}
