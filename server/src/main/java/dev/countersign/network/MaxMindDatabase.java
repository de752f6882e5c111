package dev.countersign.network;

import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.NetworksIterationException;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One database in the MaxMind DB format 2.0, whole in memory: the file may be replaced or cut short while we read on.
 * Immutable.
 */
final class MaxMindDatabase {
    /** Largest file, bytes: twice the largest that is sold. It is kept on the heap. */
    static final long MAX_BYTES = 512L << 20;

    /** Records that are read before a database is believed; one that breaks later is unknown at that address alone. */
    static final int CHECKED_RECORDS = 100_000;

    private final Reader reader;

    private MaxMindDatabase(Reader reader) {
        this.reader = reader;
    }

    /** What a database is about. */
    enum Subject {
        CITY,
        ASN,
        ANONYMOUS_IP;

        /** Whether {@code database_type} of the metadata says so, e.g. {@code GeoLite2-City}. */
        private boolean fits(String type) {
            var lower = type.toLowerCase(Locale.ROOT);
            return switch (this) {
                case CITY -> lower.contains("city") || lower.contains("country") || lower.contains("enterprise");
                case ASN -> lower.contains("asn") || lower.contains("isp");
                case ANONYMOUS_IP -> lower.contains("anonymous");
            };
        }
    }

    /** Throws IOException, with a reason for the operator, when the file is not there, broken or about something else. */
    static MaxMindDatabase read(Path file, Subject subject) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is not there");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        Reader reader;
        try {
            reader = new Reader(file.toFile(), Reader.FileMode.MEMORY);
        } catch (IOException | RuntimeException e) {
            throw new IOException(file + " is no MaxMind database: " + e.getMessage(), e);
        }
        var type = reader.getMetadata().databaseType();
        if (!subject.fits(type)) {
            throw new IOException(file + " is of type " + type + ", which says nothing about "
                    + subject.name().toLowerCase(Locale.ROOT));
        }
        check(file, reader);
        return new MaxMindDatabase(reader);
    }

    private static void check(Path file, Reader reader) throws IOException {
        try {
            var networks = reader.networks(Map.class);
            for (var i = 0; i < CHECKED_RECORDS && networks.hasNext(); i++) {
                networks.next();
            }
        } catch (IOException | InvalidNetworkException | NetworksIterationException e) {
            throw new IOException(file + " is broken: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new IOException(file + " is broken: " + e, e); // what the library meets in a file that was cut short
        }
    }

    /** The record of an address, or null when there is none. Throws IOException when the database breaks there. */
    @Nullable
    Map<?, ?> find(InetAddress address) throws IOException {
        if (address instanceof Inet6Address && reader.getMetadata().ipVersion() == 4) {
            return null;
        }
        try {
            return reader.get(address, Map.class);
        } catch (RuntimeException e) {
            throw new IOException("broken at an address", e);
        }
    }

    /** When it was built. */
    @Override
    public String toString() {
        return reader.getMetadata().databaseType() + " of "
                + reader.getMetadata().buildTime();
    }
}
