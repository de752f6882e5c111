package dev.countersign.http;

import io.helidon.webserver.http.ServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Whose request it is.
 *
 * @param text an IP address, or null when our proxies do not say
 */
public record ClientAddress(@Nullable String text) {
    /** The peer of our listener, or whom a proxy of ours names; see {@link TrustedProxies}. */
    public static @Nullable String of(ServerRequest request) {
        return request.context()
                .get(ClientAddress.class)
                .orElseGet(() -> new ClientAddress(request.remotePeer().host()))
                .text();
    }
}
