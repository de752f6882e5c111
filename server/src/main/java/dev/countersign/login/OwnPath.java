package dev.countersign.login;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** A path of our own origin, with its query: the only place a login returns to. */
record OwnPath(String value) {
    /** Longest, characters. */
    static final int MAX_LENGTH = 4096;

    static final OwnPath HOME = new OwnPath("/");

    OwnPath {
        if (!isOwn(value)) {
            throw new IllegalArgumentException("Not a path of this origin");
        }
    }

    static Optional<OwnPath> of(String value) {
        return isOwn(value) ? Optional.of(new OwnPath(value)) : Optional.empty();
    }

    /** Browsers read "//host" and "/\host" as another host's address. */
    private static boolean isOwn(String value) {
        if (!value.startsWith("/") || value.startsWith("//") || value.length() > MAX_LENGTH) {
            return false;
        }
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c <= 0x20 || c >= 0x7f || c == '\\') {
                return false;
            }
        }
        try {
            var uri = new URI(value);
            return uri.getScheme() == null && uri.getRawAuthority() == null && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
