package dev.countersign.policy;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cedar's {@code ipaddr}: one address or a range in CIDR form. */
public final class IpValue implements Value {
    private static final int V4 = 4;
    private static final int V6 = 16;

    private final byte[] address;
    private final int prefix;

    private IpValue(byte[] address, int prefix) {
        this.address = address;
        this.prefix = prefix;
    }

    /** Reads an IPv4 or IPv6 address, with an optional prefix length. Throws {@link IllegalArgumentException}. */
    public static IpValue parse(String text) {
        if (text.length() > 43) {
            throw new IllegalArgumentException("not an IP address");
        }
        var slash = text.indexOf('/');
        var host = slash < 0 ? text : text.substring(0, slash);
        var address = host.indexOf(':') >= 0 ? v6(host) : v4(host);
        if (address == null) {
            throw new IllegalArgumentException("not an IP address");
        }
        var bits = address.length * 8;
        return new IpValue(address, slash < 0 ? bits : prefix(text.substring(slash + 1), bits));
    }

    private static int prefix(String digits, int bits) {
        var length = number(digits, 0, digits.length());
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("not a prefix length");
        }
        return length;
    }

    private static byte @Nullable [] v4(String host) {
        var address = new byte[V4];
        var from = 0;
        for (var i = 0; i < V4; i++) {
            var dot = host.indexOf('.', from);
            var end = i == V4 - 1 ? host.length() : dot;
            if (end < 0 || (i == V4 - 1 && dot >= 0)) {
                return null;
            }
            var number = number(host, from, end);
            if (number < 0 || number > 255) {
                return null;
            }
            address[i] = (byte) number;
            from = end + 1;
        }
        return address;
    }

    /** One to three decimal digits without a leading zero, else -1. By hand: addresses come with every decision. */
    private static int number(String text, int from, int to) {
        if (to <= from || to - from > 3 || (text.charAt(from) == '0' && to - from > 1)) {
            return -1;
        }
        var number = 0;
        for (var i = from; i < to; i++) {
            var digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    private static byte @Nullable [] v6(String host) {
        var gap = host.indexOf("::");
        if (gap < 0) {
            var groups = groups(host);
            return groups != null && groups.length == V6 ? groups : null;
        }
        var head = groups(host.substring(0, gap));
        var tail = groups(host.substring(gap + 2));
        if (head == null || tail == null || head.length + tail.length > V6 - 2) {
            return null;
        }
        var address = Arrays.copyOf(head, V6);
        System.arraycopy(tail, 0, address, V6 - tail.length, tail.length);
        return address;
    }

    private static byte @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        var parts = text.split(":", -1);
        var bytes = new byte[parts.length * 2];
        for (var i = 0; i < parts.length; i++) {
            if (!parts[i].matches("[0-9A-Fa-f]{1,4}")) {
                return null;
            }
            var group = Integer.parseInt(parts[i], 16);
            bytes[2 * i] = (byte) (group >> 8);
            bytes[2 * i + 1] = (byte) group;
        }
        return bytes;
    }

    boolean isV4() {
        return address.length == V4;
    }

    /** Inside 127.0.0.0/8, or ::1. */
    boolean isLoopback() {
        return isV4()
                ? address[0] == 127 && prefix >= 8
                : new BigInteger(1, address).equals(BigInteger.ONE) && prefix == 128;
    }

    /** Inside 224.0.0.0/4 or ff00::/8. */
    boolean isMulticast() {
        return isV4() ? (address[0] & 0xf0) == 0xe0 && prefix >= 4 : address[0] == (byte) 0xff && prefix >= 8;
    }

    boolean isInRange(IpValue range) {
        if (address.length != range.address.length || prefix < range.prefix) {
            return false;
        }
        var shift = address.length * 8 - range.prefix;
        return new BigInteger(1, address).shiftRight(shift).equals(new BigInteger(1, range.address).shiftRight(shift));
    }

    @Override
    public String typeName() {
        return "ipaddr";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpValue ip && prefix == ip.prefix && Arrays.equals(address, ip.address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + prefix;
    }

    /** The first address of a range; an address itself. */
    IpValue first() {
        return new IpValue(address, address.length * 8);
    }

    /** As {@link #parse} reads it; with the prefix length only where it is a range. */
    public String text() {
        var text = new StringBuilder();
        for (var i = 0; i < address.length; i += isV4() ? 1 : 2) {
            if (isV4()) {
                text.append(i == 0 ? "" : ".").append(address[i] & 0xff);
            } else {
                text.append(i == 0 ? "" : ":")
                        .append(Integer.toHexString((address[i] & 0xff) << 8 | (address[i + 1] & 0xff)));
            }
        }
        return prefix == address.length * 8
                ? text.toString()
                : text.append('/').append(prefix).toString();
    }

    @Override
    public String toString() {
        return "ip(\"" + text() + "\")";
    }
}
