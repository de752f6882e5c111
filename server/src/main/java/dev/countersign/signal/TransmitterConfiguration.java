package dev.countersign.signal;

import dev.countersign.outbound.Destination;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a transmitter publishes of itself (SSF 1.0 §7.1).
 *
 * @param criticalMembers members of complex subjects that may not be left out
 */
record TransmitterConfiguration(
        Destination jwksUri,
        @Nullable Destination configurationEndpoint,
        @Nullable Destination verificationEndpoint,
        Set<String> criticalMembers) {
    private static final String WELL_KNOWN = "/.well-known/ssf-configuration";

    /** SSF 1.0 §7.2.1: between host and path of the issuer. */
    static URI location(URI issuer) {
        var path = issuer.getRawPath() == null ? "" : issuer.getRawPath();
        var trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return URI.create(issuer.getScheme() + "://" + issuer.getRawAuthority() + WELL_KNOWN + trimmed);
    }

    /** Reads the document at {@code from}; its issuer must be exactly {@code issuer} (§7.2.4). Throws IllegalArgumentException. */
    static TransmitterConfiguration of(JsonNode document, Destination from, URI issuer) {
        if (!document.path("issuer").asString("").equals(issuer.toString())) {
            throw new IllegalArgumentException("names another issuer");
        }
        var jwks = address(document, from, "jwks_uri");
        if (jwks == null) {
            throw new IllegalArgumentException("has no jwks_uri");
        }
        var critical = new HashSet<String>();
        document.path("critical_subject_members").forEach(name -> critical.add(name.asString("")));
        return new TransmitterConfiguration(
                jwks,
                address(document, from, "configuration_endpoint"),
                address(document, from, "verification_endpoint"),
                Set.copyOf(critical));
    }

    private static @Nullable Destination address(JsonNode document, Destination from, String name) {
        var value = document.get(name);
        return value == null || !value.isString() ? null : from.naming(URI.create(value.stringValue()));
    }
}
