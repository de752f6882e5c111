package dev.countersign;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who tells us of security events, and whom we tell (Shared Signals Framework 1.0, OpenID Connect Back-Channel Logout 1.0).
 *
 * @param transmitters whose security event tokens we accept
 * @param receivers who may have streams of ours
 * @param logouts applications that are told when a session of theirs ends
 */
public record SignalSettings(List<Transmitter> transmitters, List<Receiver> receivers, List<Logout> logouts) {
    /** Nobody. */
    public static final SignalSettings NONE = new SignalSettings(List.of(), List.of(), List.of());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public SignalSettings {
        transmitters = List.copyOf(transmitters);
        receivers = List.copyOf(receivers);
        logouts = List.copyOf(logouts);
    }

    /** Whether a transmitter can have this name: it stands in a path. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * A transmitter of security event tokens.
     *
     * @param id our name for it, the last segment of its push endpoint
     * @param issuer exact {@code iss} of its tokens and of its configuration
     * @param audience the {@code aud} that its tokens carry for us
     * @param delivery how its tokens come
     * @param subjectIssuers of whose accounts it may speak
     * @param configuration where its configuration is, or null for the place that SSF 1.0 §7.2 says
     * @param authorization the {@code Authorization} that it must send with a push, or null: its signature alone counts
     * @param access how we authenticate to it, or null for not at all
     * @param manage whether we create and verify a stream there
     * @param pollEndpoint where to poll when we do not manage the stream, or null
     * @param maxAge oldest {@code iat} that is accepted
     */
    public record Transmitter(
            String id,
            URI issuer,
            String audience,
            Delivery delivery,
            Set<String> subjectIssuers,
            @Nullable URI configuration,
            @Nullable String authorization,
            @Nullable Access access,
            boolean manage,
            @Nullable URI pollEndpoint,
            Duration maxAge) {
        /** What a late signal may be old when nothing is said: longer than a transmitter retries. */
        public static final Duration MAX_AGE = Duration.ofDays(7);

        public Transmitter {
            if (!isName(id)) {
                throw new IllegalArgumentException("A transmitter's id has letters, digits, dots, dashes");
            }
            requireNonNull(issuer);
            requireNonNull(audience);
            requireNonNull(delivery);
            subjectIssuers = Set.copyOf(subjectIssuers);
            requireNonNull(maxAge);
        }

        @Override
        public String toString() {
            return "Transmitter[" + id + ']';
        }
    }

    /** How tokens come. */
    public enum Delivery {
        /** RFC 8935. */
        PUSH,
        /** RFC 8936. */
        POLL
    }

    /** How we authenticate to a transmitter. */
    public sealed interface Access {
        /** A bearer token that does not expire, such as an API key. */
        record Token(String token) implements Access {
            @Override
            public String toString() {
                return "Token";
            }
        }

        /** A client of an authorization server (RFC 6749 §4.4), by {@code client_secret_basic}. */
        record Credentials(
                URI tokenEndpoint,
                String clientId,
                String clientSecret,
                @Nullable String scope) implements Access {
            @Override
            public String toString() {
                return "Credentials[" + clientId + ']';
            }
        }
    }

    /**
     * Who may have streams of ours.
     *
     * @param enforcementPoint as which it authenticates
     * @param audience the {@code aud} of its tokens
     * @param sessions how sessions are named to it
     */
    public record Receiver(String enforcementPoint, String audience, SessionNames sessions) {
        public Receiver {
            requireNonNull(enforcementPoint);
            requireNonNull(audience);
            requireNonNull(sessions);
        }
    }

    /** How a session is named to a receiver. */
    public enum SessionNames {
        /** By the {@code sid} of our tokens: for applications that have them. */
        OURS,
        /** By the identity provider's {@code sid}: for its other relying parties. Without one, the user alone is named. */
        PROVIDERS
    }

    /**
     * An application that is told of ends of sessions (Back-Channel Logout 1.0 §2.2).
     *
     * @param client its id
     * @param uri its {@code backchannel_logout_uri}
     */
    public record Logout(String client, URI uri) {
        public Logout {
            requireNonNull(client);
            requireNonNull(uri);
        }
    }
}
