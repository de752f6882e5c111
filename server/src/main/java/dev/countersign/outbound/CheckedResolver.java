package dev.countersign.outbound;

import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.spi.DnsResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;

/**
 * Looks up the name once; the connection is made to exactly the address that was checked, so a name that resolves
 * differently a moment later (DNS rebinding) gains nothing. One private address among several refuses the name.
 */
final class CheckedResolver implements DnsResolver {
    private final Set<String> privateHosts;

    CheckedResolver(Set<String> privateHosts) {
        this.privateHosts = privateHosts;
    }

    @Override
    public InetAddress resolveAddress(String host, DnsAddressLookup lookup) {
        try {
            var addresses = InetAddress.getAllByName(host);
            if (!privateHosts.contains(host)) {
                for (var address : addresses) {
                    if (!PublicAddresses.isPublic(address)) {
                        throw new OutboundFailure("The address leads into a network that is not public");
                    }
                }
            }
            return addresses[0];
        } catch (UnknownHostException e) {
            throw new OutboundFailure("The address has no host of this name");
        }
    }
}
