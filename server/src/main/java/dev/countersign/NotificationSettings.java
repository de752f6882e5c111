package dev.countersign;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How people hear that something waits for them.
 *
 * @param mail how mail is sent, or null: nobody gets any
 * @param webhooks where everything that happens to requests is told
 */
public record NotificationSettings(@Nullable Mail mail, List<URI> webhooks) {
    /** Browsers alone. */
    public static final NotificationSettings NONE = new NotificationSettings(null, List.of());

    public NotificationSettings {
        webhooks = List.copyOf(webhooks);
    }

    /**
     * A mail server.
     *
     * @param user null when it wants no password
     * @param from the sender's address
     */
    public record Mail(
            String host,
            int port,
            Security security,
            @Nullable String user,
            @Nullable String password,
            String from) {}

    /** How the connection to the mail server is kept from others. */
    public enum Security {
        /** TLS from the first byte. */
        TLS,
        /** TLS before anything is said; without it nothing is. */
        STARTTLS,
        /** Not at all: only on this machine. */
        NONE
    }
}
