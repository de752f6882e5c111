package dev.countersign.signal;

import java.net.URI;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom we tell: a stream of a receiver's (SSF 1.0 §8.1.1), or an application that hears of logouts.
 *
 * @param id the stream's id; {@code logout:CLIENT} for an application
 * @param owner the receiver's or application's id
 * @param reason why it has this status, or null
 * @param endpoint where it is pushed to, or null
 * @param authorization sealed {@code Authorization} of a push, or null
 * @param events what the receiver asked for
 * @param pending tokens that wait
 * @param attempts failures in a row
 * @param lastError of the last failure, or null
 */
record Target(
        String id,
        Kind kind,
        String owner,
        Status status,
        @Nullable String reason,
        @Nullable URI endpoint,
        @Nullable String authorization,
        Set<String> events,
        @Nullable String description,
        int pending,
        int attempts,
        @Nullable String lastError,
        Instant verificationAt) {
    static final String LOGOUT_PREFIX = "logout:";

    boolean isStream() {
        return kind != Kind.LOGOUT;
    }

    /** Of what was asked for, that which we tell. */
    boolean wants(EventType type) {
        return events.contains(type.uri()) && EventType.SENT.contains(type);
    }

    @Override
    public String toString() {
        return "Target[" + id + ']';
    }

    enum Kind {
        PUSH,
        POLL,
        LOGOUT
    }

    /** SSF 1.0 §8.1.2. */
    enum Status {
        ENABLED,
        PAUSED,
        DISABLED
    }
}
