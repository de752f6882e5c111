package dev.countersign.network;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.policy.IpValue;
import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The databases as they were at one moment, and what they said. Another moment has another object: nothing of an old database
 * outlives it. Thread-safe.
 */
final class AddressDatabases {
    /** Addresses whose facts are kept; about 400 bytes each. */
    static final int MAX_ADDRESSES = 50_000;

    /** Longest name that is taken from a database, characters. */
    static final int MAX_NAME = 200;

    private static final Logger LOG = LoggerFactory.getLogger(AddressDatabases.class);

    /** Members of an Anonymous IP record and the words for them. */
    private static final Map<String, String> ANONYMITY = Map.of(
            "is_anonymous", "anonymous",
            "is_anonymous_vpn", "vpn",
            "is_hosting_provider", "hosting",
            "is_public_proxy", "public_proxy",
            "is_residential_proxy", "residential_proxy",
            "is_tor_exit_node", "tor");

    private static final Networks.Known NO_ADDRESS = Networks.Known.of(NetworkFacts.unknown(null));

    private final @Nullable MaxMindDatabase city;
    private final @Nullable MaxMindDatabase asn;
    private final @Nullable MaxMindDatabase anonymous;
    private final Cache<IpValue, Networks.Known> known =
            Caffeine.newBuilder().maximumSize(MAX_ADDRESSES).build();
    private final AtomicBoolean told = new AtomicBoolean();

    AddressDatabases(
            @Nullable MaxMindDatabase city, @Nullable MaxMindDatabase asn, @Nullable MaxMindDatabase anonymous) {
        this.city = city;
        this.asn = asn;
        this.anonymous = anonymous;
    }

    boolean locate() {
        return city != null;
    }

    Networks.Known of(@Nullable IpValue address) {
        return address == null ? NO_ADDRESS : known.get(address, each -> Networks.Known.of(read(each)));
    }

    private NetworkFacts read(IpValue ip) {
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(ip.text());
        } catch (IllegalArgumentException e) {
            return NetworkFacts.unknown(ip); // a range
        }
        if (isOfNobody(address)) {
            return NetworkFacts.unknown(ip);
        }
        var place = find(city, address);
        var system = find(asn, address);
        var number = system.get("autonomous_system_number");
        var code = text(object(place, "country"), "iso_code");
        return new NetworkFacts(
                ip,
                code.matches("[A-Z]{2}") ? code : NetworkFacts.UNKNOWN,
                text(object(object(place, "city"), "names"), "en"),
                number instanceof Number n && n.longValue() > 0 ? n.longValue() : NetworkFacts.UNKNOWN_ASN,
                text(system, "autonomous_system_organization"),
                anonymity(address),
                location(object(place, "location")));
    }

    /** Addresses that everybody has at home (RFC 6890) say nothing about where somebody is. */
    private static boolean isOfNobody(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || isShared(address.getAddress());
    }

    /** Carriers' own addresses, 100.64.0.0/10 (RFC 6598), and unique local ones, fc00::/7 (RFC 4193). */
    private static boolean isShared(byte[] address) {
        return address.length == 4 ? address[0] == 100 && (address[1] & 0xc0) == 64 : (address[0] & 0xfe) == 0xfc;
    }

    /** A database lists what is anonymous: of an address that it does not list it says that it is not. */
    private Set<String> anonymity(InetAddress address) {
        if (anonymous == null) {
            return Set.of(NetworkFacts.UNKNOWN);
        }
        try {
            var record = anonymous.find(address);
            var words = new LinkedHashSet<String>();
            if (record != null) {
                ANONYMITY.forEach((member, word) -> {
                    if (Boolean.TRUE.equals(record.get(member))) {
                        words.add(word);
                    }
                });
            }
            return words;
        } catch (IOException e) {
            tell(e);
            return Set.of(NetworkFacts.UNKNOWN);
        }
    }

    private Map<?, ?> find(@Nullable MaxMindDatabase database, InetAddress address) {
        try {
            var record = database == null ? null : database.find(address);
            return record == null ? Map.of() : record;
        } catch (IOException e) {
            tell(e);
            return Map.of();
        }
    }

    private void tell(IOException broken) {
        if (told.compareAndSet(false, true)) {
            LOG.warn("an address database is broken at an address, which is unknown therefore", broken);
        }
    }

    private static Map<?, ?> object(Map<?, ?> record, String name) {
        return record.get(name) instanceof Map<?, ?> found ? found : Map.of();
    }

    private static String text(Map<?, ?> record, String name) {
        return record.get(name) instanceof String text && !text.isEmpty() && text.length() <= MAX_NAME
                ? text
                : NetworkFacts.UNKNOWN;
    }

    private static @Nullable Location location(Map<?, ?> record) {
        if (record.get("latitude") instanceof Double latitude
                && record.get("longitude") instanceof Double longitude
                && Math.abs(latitude) <= 90
                && Math.abs(longitude) <= 180) {
            var radius = record.get("accuracy_radius") instanceof Number km ? km.intValue() : 0;
            return new Location(latitude, longitude, Math.max(0, radius));
        }
        return null;
    }
}
