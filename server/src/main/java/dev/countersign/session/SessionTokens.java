package dev.countersign.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Access tokens of live sessions, for who exchanges them. */
public interface SessionTokens {
    /** Whether {@code token} says that we issued it; nothing is verified. */
    boolean isOurs(String token);

    /** What the token stands for; empty unless it is ours, has not expired and its session is live. */
    Optional<Held> find(String token);

    /** A new access token for the session. */
    String issue(Session session);

    /** How long one issued now lives. */
    Duration lifetime(Session session);

    /**
     * A token of a live session.
     *
     * @param client that it was issued to
     */
    record Held(Session session, String client, Instant expiresAt) {
        /** Whether the token is bound to the key with this thumbprint. */
        public boolean isBoundTo(String thumbprint) {
            return session.binding() instanceof Binding.DpopKey key
                    && key.thumbprint().equals(thumbprint);
        }
    }
}
