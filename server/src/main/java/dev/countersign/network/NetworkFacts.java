package dev.countersign.network;

import static java.util.Objects.requireNonNull;

import dev.countersign.policy.IpValue;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.SetValue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an address. What is not known says so: unknown is a value of its own, and equal to no good one.
 *
 * @param address or null when nobody reported it
 * @param country ISO 3166-1 alpha-2 code, or {@link #UNKNOWN}
 * @param city English name, or {@link #UNKNOWN}
 * @param asn number of the autonomous system that announces it, or {@link #UNKNOWN_ASN}
 * @param organisation that runs the autonomous system, or {@link #UNKNOWN}
 * @param anonymous how it hides who uses it: of {@code anonymous, vpn, hosting, public_proxy, residential_proxy, tor}; empty
 *     when it is known not to; {@link #UNKNOWN} alone when that is not known
 * @param location or null when it is not known
 */
public record NetworkFacts(
        @Nullable IpValue address,
        String country,
        String city,
        long asn,
        String organisation,
        Set<String> anonymous,
        @Nullable Location location) {
    /** What stands for a text that is not known. */
    public static final String UNKNOWN = "unknown";

    /** Autonomous system 0 announces nothing, ever (RFC 7607). */
    public static final long UNKNOWN_ASN = 0;

    public NetworkFacts {
        requireNonNull(country);
        requireNonNull(city);
        requireNonNull(organisation);
        anonymous = Set.copyOf(anonymous);
    }

    /** Nothing is known but, perhaps, the address. */
    public static NetworkFacts unknown(@Nullable IpValue address) {
        return new NetworkFacts(address, UNKNOWN, UNKNOWN, UNKNOWN_ASN, UNKNOWN, Set.of(UNKNOWN), null);
    }

    public boolean knowsCountry() {
        return !country.equals(UNKNOWN);
    }

    public boolean knowsAsn() {
        return asn != UNKNOWN_ASN;
    }

    /** True when it is known to hide who uses it. */
    public boolean isAnonymous() {
        return !anonymous.isEmpty() && !anonymous.contains(UNKNOWN);
    }

    /** As policies see it: {@code context.network}. */
    RecordValue written() {
        var record = RecordValue.builder()
                .put("country", country)
                .put("city", city)
                .put("asn", asn)
                .put("as_org", organisation)
                .put("anonymous", SetValue.ofStrings(anonymous));
        return address == null ? record.build() : record.put("ip", address).build();
    }
}
