package dev.countersign.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whose request it is behind proxies of our own. {@code X-Forwarded-For} is believed only from a peer that is
 * configured as a proxy, and only as far as configured proxies wrote it: from the right, the first address that is no proxy's.
 * What stands left of it the client may have invented.
 */
public final class TrustedProxies {
    /** Most ranges. */
    public static final int MAX_RANGES = 256;

    /** Most addresses that are looked at; a chain of more proxies is nobody's. */
    static final int MAX_HOPS = 16;

    private static final HeaderName FORWARDED_FOR = HeaderNames.create("X-Forwarded-For");

    private final List<Range> ranges;

    private TrustedProxies(List<Range> ranges) {
        this.ranges = ranges;
    }

    /** Addresses and CIDR ranges. Throws {@link IllegalArgumentException} naming one that is neither. */
    public static TrustedProxies of(List<String> ranges) {
        if (ranges.size() > MAX_RANGES) {
            throw new IllegalArgumentException("More than " + MAX_RANGES + " ranges");
        }
        return new TrustedProxies(ranges.stream().map(Range::of).toList());
    }

    /** Every request has its client's address from now on, see {@link ClientAddress#of}. */
    public void register(HttpRouting.Builder routing) {
        if (!ranges.isEmpty()) {
            routing.addFilter((chain, request, response) -> {
                request.context().register(new ClientAddress(client(request)));
                chain.proceed();
            });
        }
    }

    private @Nullable String client(ServerRequest request) {
        var peer = request.remotePeer().host();
        var written = new ArrayList<String>();
        for (var value : request.headers().values(FORWARDED_FOR)) {
            written.addAll(List.of(value.split(",", -1)));
        }
        return client(peer, written);
    }

    /** The client's address, or null when our proxies do not say. */
    @Nullable
    String client(String peer, List<String> forwardedFor) {
        var found = literal(peer);
        var hops = 0;
        for (var i = forwardedFor.size() - 1; i >= 0 && found != null && isTrusted(found); i--) {
            if (++hops > MAX_HOPS) {
                return null;
            }
            found = literal(forwardedFor.get(i).strip());
        }
        return found == null ? null : found.getHostAddress();
    }

    private boolean isTrusted(InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** Never asks a name server. */
    private static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private record Range(byte[] address, int prefix) {
        static Range of(String text) {
            var slash = text.indexOf('/');
            var address = literal(slash < 0 ? text : text.substring(0, slash));
            if (address == null) {
                throw new IllegalArgumentException("Not an address or CIDR range: " + text);
            }
            var bits = address.getAddress().length * 8;
            return new Range(address.getAddress(), slash < 0 ? bits : prefix(text, text.substring(slash + 1), bits));
        }

        private static int prefix(String text, String digits, int bits) {
            var prefix = digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : bits + 1;
            if (prefix > bits) {
                throw new IllegalArgumentException("Not an address or CIDR range: " + text);
            }
            return prefix;
        }

        boolean contains(InetAddress other) {
            var bytes = other.getAddress();
            if (bytes.length != address.length) {
                return false;
            }
            for (var i = 0; i * 8 < prefix; i++) {
                var mask = prefix - i * 8 >= 8 ? 0xff : 0xff << (8 - (prefix - i * 8)) & 0xff;
                if ((bytes[i] & mask) != (address[i] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
