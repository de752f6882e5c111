package dev.countersign.session;

import dev.countersign.jose.CompactJws;

/** A way to begin a session with a token that somebody else issued, exchanged at the token endpoint (RFC 8693). */
public interface Door {
    /** The {@code subject_token_type} for any JWT (RFC 8693 §3). */
    String JWT = "urn:ietf:params:oauth:token-type:jwt";

    /** The {@code subject_token_type} for an OAuth access token. */
    String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    /**
     * True when a token that says this of itself, unverified, is this door's to judge, and no other's.
     *
     * @param type {@code subject_token_type}
     */
    boolean isFor(String type, CompactJws token);

    /**
     * Judges it. Waits for keys in bounded time, and changes nothing.
     *
     * @param text the token
     * @param token the same, split
     */
    Admission admit(String text, CompactJws token);
}
