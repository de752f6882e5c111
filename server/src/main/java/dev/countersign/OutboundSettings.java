package dev.countersign;

import java.util.Set;

/**
 * Where this server may connect to.
 *
 * @param privateHosts hosts, exactly as they stand in URLs, that may have an address inside a network of ours although others
 *     named them (a provider's document, the receiver of a stream); on this machine also over plain HTTP
 */
public record OutboundSettings(Set<String> privateHosts) {
    /** Whatever settings name, and public addresses. */
    public static final OutboundSettings NONE = new OutboundSettings(Set.of());

    public OutboundSettings {
        privateHosts = Set.copyOf(privateHosts);
    }
}
