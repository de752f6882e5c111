package dev.countersign.outbound;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Locale;

/**
 * Where a request goes, and who chose that: what others chose must not lead into our own network (server-side request forgery).
 *
 * @param uri absolute, with a host, without user info and fragment
 */
public record Destination(URI uri, ChosenBy chosenBy) {
    /** Who chose it. */
    public enum ChosenBy {
        /** Whoever wrote the settings. */
        OPERATOR,

        /** Anybody else: a document that another server publishes, the receiver of a stream. */
        OTHERS
    }

    /** Throws {@link IllegalArgumentException} when {@code uri} is no such address. */
    public Destination {
        requireNonNull(chosenBy);
        if (!uri.isAbsolute()
                || uri.getHost() == null
                || uri.getRawUserInfo() != null
                || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("Not an absolute URL with a host, without user and fragment");
        }
    }

    /** One that the settings name. */
    public static Destination configured(URI uri) {
        return new Destination(uri, ChosenBy.OPERATOR);
    }

    /** One that others named. */
    public static Destination named(URI uri) {
        return new Destination(uri, ChosenBy.OTHERS);
    }

    /**
     * One that a document at this destination names: on the same origin (RFC 6454 §4) as trusted as this one, elsewhere
     * chosen by others. Throws {@link IllegalArgumentException} when {@code other} is no address.
     */
    public Destination naming(URI other) {
        var named = named(other);
        return sameOrigin(uri, other) ? new Destination(other, chosenBy) : named;
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().toLowerCase(Locale.ROOT).equals("https") ? 443 : 80;
    }
}
