package dev.countersign.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses are of the public Internet (IANA IPv4 and IPv6 special-purpose address registries, RFC 6890). An IPv4
 * address that is written inside an IPv6 one counts as itself.
 */
final class PublicAddresses {
    private static final List<Block> NOT_PUBLIC = List.of(
            Block.of("0.0.0.0", 8),
            Block.of("10.0.0.0", 8),
            Block.of("100.64.0.0", 10), // RFC 6598: carrier-grade NAT
            Block.of("127.0.0.0", 8),
            Block.of("169.254.0.0", 16), // RFC 3927; clouds serve credentials here
            Block.of("172.16.0.0", 12),
            Block.of("192.0.0.0", 24),
            Block.of("192.0.2.0", 24),
            Block.of("192.88.99.0", 24),
            Block.of("192.168.0.0", 16),
            Block.of("198.18.0.0", 15),
            Block.of("198.51.100.0", 24),
            Block.of("203.0.113.0", 24),
            Block.of("224.0.0.0", 3), // multicast, reserved, broadcast
            Block.of("2001::", 23), // Teredo, ORCHID and other protocol assignments
            Block.of("2001:db8::", 32),
            Block.of("2002::", 16), // 6to4 carries any IPv4 address
            Block.of("3fff::", 20));

    /** All that IANA gives out as global unicast; loopback, link-local, unique local and multicast lie outside. */
    private static final Block GLOBAL_UNICAST = Block.of("2000::", 3);

    /** RFC 6052 §2.1, where an IPv6-only network reaches IPv4. */
    private static final Block NAT64 = Block.of("64:ff9b::", 96);

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private PublicAddresses() {}

    static boolean isPublic(InetAddress address) {
        return isPublic(address.getAddress());
    }

    static boolean isPublic(byte[] address) {
        if (address.length == IPV6_BYTES && (isMapped(address) || NAT64.contains(address))) {
            return isPublic(Arrays.copyOfRange(address, IPV6_BYTES - IPV4_BYTES, IPV6_BYTES));
        }
        if (address.length == IPV6_BYTES && !GLOBAL_UNICAST.contains(address)) {
            return false;
        }
        return NOT_PUBLIC.stream().noneMatch(block -> block.contains(address));
    }

    /** {@code ::ffff:a.b.c.d} (RFC 4291 §2.5.5.2). */
    private static boolean isMapped(byte[] address) {
        for (var i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[10] == -1 && address[11] == -1;
    }

    /** Addresses that have their first {@code bits} bits in common. */
    private record Block(byte[] prefix, int bits) {
        static Block of(String literal, int bits) {
            try {
                return new Block(InetAddress.getByName(literal).getAddress(), bits); // a literal: no name is looked up
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            for (var bit = 0; bit < bits; bit++) {
                var mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
