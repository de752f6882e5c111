package dev.countersign.notification;

import dev.countersign.session.Person;
import org.jspecify.annotations.Nullable;

/**
 * Where a person wants to hear that something waits.
 *
 * @param address of mail, or the endpoint of a push service
 * @param publicKey of a browser (RFC 8291 §2.1), base64url, or null for mail
 * @param auth its authentication secret (RFC 8291 §3.2), base64url, or null for mail
 */
record Channel(
        String id,
        Person person,
        Kind kind,
        String address,
        @Nullable String publicKey,
        @Nullable String auth,
        boolean confirmed) {
    /** Kinds of channels. */
    enum Kind {
        MAIL,
        PUSH
    }

    /** As the page names it: of a push service no more than its host, for the rest is a secret of the browser's. */
    String shown() {
        return kind == Kind.MAIL ? address : java.net.URI.create(address).getHost();
    }
}
