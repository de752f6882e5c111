package dev.countersign;

import dev.countersign.CertificateSettings.Login;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything a deployment chooses. Read from a YAML file by {@code serve}; the lab and tests build it directly.
 *
 * @param issuer public base URL, no trailing slash; the {@code iss} of our tokens
 * @param host address to listen on
 * @param port 0 for any free one
 * @param data folder of the embedded database
 * @param databaseUrl {@code jdbc:postgresql:…}, or null for SQLite in {@code data}
 * @param policies where the policy set is and how it is used
 * @param transactionTypes folder with one sub-folder per transaction type
 * @param masterKey 32 bytes, base64url, that encrypt signing keys at rest; null: a file in {@code data}, mode 600
 * @param tls how we speak TLS ourselves; null: plain HTTP, on this machine or behind a proxy that does
 * @param doors ways to begin a session beside the login of people
 * @param signals who tells us of security events, and whom we tell
 * @param surroundings what is known of networks and devices
 * @param outbound where this server may connect to
 * @param dbsc how cookies of browsers are bound to a key
 * @param certificates whose client certificates are believed
 * @param offline how keys on devices without network are enrolled
 */
public record Settings(
        URI issuer,
        String host,
        int port,
        Path data,
        @Nullable String databaseUrl,
        @Nullable String databaseUser,
        @Nullable String databasePassword,
        @Nullable String masterKey,
        Policies policies,
        Path transactionTypes,
        List<IdentityProvider> identityProviders,
        List<Client> clients,
        List<Enforcer> enforcementPoints,
        Webauthn webauthn,
        Lifetimes lifetimes,
        @Nullable TlsSettings tls,
        DoorSettings doors,
        SignalSettings signals,
        SurroundingsSettings surroundings,
        OutboundSettings outbound,
        DbscSettings dbsc,
        CertificateSettings certificates,
        NotificationSettings notifications,
        OfflineSettings offline) {
    public Settings {
        Service.requireDistinct(clients, enforcementPoints, doors);
    }

    /** One that speaks plain HTTP, with no doors but logins, no signals, and nothing known of networks and devices. */
    public Settings(
            URI issuer,
            String host,
            int port,
            Path data,
            @Nullable String databaseUrl,
            @Nullable String databaseUser,
            @Nullable String databasePassword,
            @Nullable String masterKey,
            Policies policies,
            Path transactionTypes,
            List<IdentityProvider> identityProviders,
            List<Client> clients,
            List<Enforcer> enforcementPoints,
            Webauthn webauthn,
            Lifetimes lifetimes) {
        this(
                issuer,
                host,
                port,
                data,
                databaseUrl,
                databaseUser,
                databasePassword,
                masterKey,
                policies,
                transactionTypes,
                identityProviders,
                clients,
                enforcementPoints,
                webauthn,
                lifetimes,
                null,
                DoorSettings.NONE,
                SignalSettings.NONE,
                SurroundingsSettings.NONE,
                OutboundSettings.NONE,
                DbscSettings.STANDARD,
                CertificateSettings.NONE,
                NotificationSettings.NONE,
                OfflineSettings.STANDARD);
    }

    /** The same, with TLS of its own. */
    public Settings with(TlsSettings tls) {
        return changed(tls, doors, signals, surroundings, outbound, dbsc, certificates, notifications, offline);
    }

    /** The same, with these doors. */
    public Settings with(DoorSettings doors) {
        return changed(tls, doors, signals, surroundings, outbound, dbsc, certificates, notifications, offline);
    }

    /** The same, with these signals. */
    public Settings with(SignalSettings signals) {
        return changed(tls, doors, signals, surroundings, outbound, dbsc, certificates, notifications, offline);
    }

    /** The same, with this knowledge of networks and devices. */
    public Settings with(SurroundingsSettings surroundings) {
        return changed(tls, doors, signals, surroundings, outbound, dbsc, certificates, notifications, offline);
    }

    /** The same, connecting to these places. */
    public Settings with(OutboundSettings outbound) {
        return changed(tls, doors, signals, surroundings, outbound, dbsc, certificates, notifications, offline);
    }

    /** The same, with cookies of browsers bound so. */
    public Settings with(DbscSettings dbsc) {
        return changed(tls, doors, signals, surroundings, outbound, dbsc, certificates, notifications, offline);
    }

    /** The same, believing these certificates. */
    public Settings with(CertificateSettings certificates) {
        return changed(tls, doors, signals, surroundings, outbound, dbsc, certificates, notifications, offline);
    }

    /** The same, telling people so. */
    public Settings with(NotificationSettings notifications) {
        return changed(tls, doors, signals, surroundings, outbound, dbsc, certificates, notifications, offline);
    }

    /** The same, with keys on devices without network enrolled so. */
    public Settings with(OfflineSettings offline) {
        return changed(tls, doors, signals, surroundings, outbound, dbsc, certificates, notifications, offline);
    }

    private Settings changed(
            @Nullable TlsSettings tls,
            DoorSettings doors,
            SignalSettings signals,
            SurroundingsSettings surroundings,
            OutboundSettings outbound,
            DbscSettings dbsc,
            CertificateSettings certificates,
            NotificationSettings notifications,
            OfflineSettings offline) {
        return new Settings(
                issuer,
                host,
                port,
                data,
                databaseUrl,
                databaseUser,
                databasePassword,
                masterKey,
                policies,
                transactionTypes,
                identityProviders,
                clients,
                enforcementPoints,
                webauthn,
                lifetimes,
                tls,
                doors,
                signals,
                surroundings,
                outbound,
                dbsc,
                certificates,
                notifications,
                offline);
    }

    /**
     * The policy set.
     *
     * @param folder with policies, schema and entities; where versions are published, only what the first one is
     * @param publishers JWK set of those who may sign versions, JSON; null: the folder is live as it stands
     * @param requests what becomes of a request that does not fit the schema
     * @param keepDecisions how long records of decisions are kept; zero: none are made, old ones go
     * @param observe folder of a candidate that is evaluated beside the live set, or null
     */
    public record Policies(
            Path folder,
            @Nullable String publishers,
            Misfits requests,
            Duration keepDecisions,
            @Nullable Path observe) {
        /** What is kept when nothing is said. */
        public static final Duration KEEP_DECISIONS = Duration.ofDays(30);

        /** Those of {@code folder}, everything else as usual. */
        public static Policies of(Path folder) {
            return new Policies(folder, null, Misfits.REFUSE, KEEP_DECISIONS, null);
        }

        /** The same, as the first of versions that are published under the signature of one of {@code keys}. */
        public Policies publishedBy(String keys) {
            return new Policies(folder, keys, requests, keepDecisions, observe);
        }

        /** The same, with requests that do not fit the schema treated so. */
        public Policies requests(Misfits misfits) {
            return new Policies(folder, publishers, misfits, keepDecisions, observe);
        }

        /** The same, with records of decisions kept for {@code time}. */
        public Policies keepDecisions(Duration time) {
            return new Policies(folder, publishers, requests, time, observe);
        }

        /** The same, with a candidate beside it. */
        public Policies observe(Path candidate) {
            return new Policies(folder, publishers, requests, keepDecisions, candidate);
        }
    }

    /** What becomes of requests that do not fit the schema of the policies. */
    public enum Misfits {
        /** Refused with status 400: policies were validated for requests that fit. */
        REFUSE,
        /** Evaluated; the answer and the log tell. */
        WARN
    }

    /**
     * An OpenID Connect provider whose ID tokens start sessions.
     *
     * @param issuer exact {@code iss}; discovery at {@code /.well-known/openid-configuration}
     * @param clientId ours there; the {@code aud} that its ID tokens must carry
     * @param acceptedAudiences other audiences whose ID tokens may be exchanged (RFC 8693)
     * @param principalClaim claim that names the user, usually {@code sub} or {@code preferred_username}
     * @param groupsClaim claim with group names
     * @param acrValues its authentication classes ({@code acr}), the preferred first, each with the class of ours that it
     *     counts as
     */
    public record IdentityProvider(
            URI issuer,
            String clientId,
            @Nullable String clientSecret,
            List<String> acceptedAudiences,
            String principalClaim,
            String groupsClaim,
            Map<String, String> acrValues) {
        public IdentityProvider {
            acrValues = Collections.unmodifiableMap(new LinkedHashMap<>(acrValues));
        }

        /** One whose authentication classes say nothing here: only its methods ({@code amr}) do. */
        public IdentityProvider(
                URI issuer,
                String clientId,
                @Nullable String clientSecret,
                List<String> acceptedAudiences,
                String principalClaim,
                String groupsClaim) {
            this(issuer, clientId, clientSecret, acceptedAudiences, principalClaim, groupsClaim, Map.of());
        }
    }

    /**
     * An application that gets our access tokens by authorization code (RFC 6749, PKCE, DPoP) or token exchange.
     *
     * @param redirectUris exact
     * @param jwks keys for {@code private_key_jwt}, JSON, or null
     * @param grants what its sessions and tokens may be
     * @param certificate how it authenticates by certificate (RFC 8705), or null; with neither, it is a public client
     * @param service the workload that it is by itself, or null
     */
    public record Client(
            String id,
            List<URI> redirectUris,
            @Nullable String jwks,
            GrantSettings grants,
            @Nullable Login certificate,
            @Nullable Service service) {
        /** One with nothing of its own. */
        public Client(String id, List<URI> redirectUris, @Nullable String jwks) {
            this(id, redirectUris, jwks, GrantSettings.PLAIN, null, null);
        }

        /** One that is no service and has no certificate. */
        public Client(String id, List<URI> redirectUris, @Nullable String jwks, GrantSettings grants) {
            this(id, redirectUris, jwks, grants, null, null);
        }

        /** One with no more of its own than how it authenticates and what it is. */
        public Client(
                String id,
                List<URI> redirectUris,
                @Nullable String jwks,
                @Nullable Login certificate,
                @Nullable Service service) {
            this(id, redirectUris, jwks, GrantSettings.PLAIN, certificate, service);
        }

        public Client {
            if (jwks != null && certificate != null) {
                throw new IllegalArgumentException(
                        "The client " + id + " authenticates by keys or by certificate, not both");
            }
            if (service != null && jwks == null && certificate == null) {
                throw new IllegalArgumentException("The service " + id + " needs keys or a certificate");
            }
        }
    }

    /**
     * An enforcement point.
     *
     * @param apiKeySha256 hex SHA-256 of its API key, or null
     * @param jwks keys for {@code private_key_jwt}, JSON, or null
     * @param rights what it may do beyond asking about the sessions it presents
     * @param callbacks where it may be told what became of its access requests, exactly
     */
    public record Enforcer(
            String id,
            @Nullable String apiKeySha256,
            @Nullable String jwks,
            Set<Right> rights,
            List<URI> callbacks) {
        public Enforcer {
            rights = Set.copyOf(rights);
            callbacks = List.copyOf(callbacks);
        }

        /** One that is not called back. */
        public Enforcer(String id, @Nullable String apiKeySha256, @Nullable String jwks, Set<Right> rights) {
            this(id, apiKeySha256, jwks, rights, List.of());
        }
    }

    /** What an enforcement point may do beyond asking about the sessions it presents. */
    public enum Right {
        /** Speak for a subject without its session; what it may ask is policy. */
        ASSERT,

        /** Read and write the stored entities. */
        ENTITIES,

        /** See why policies refuse: their text, and the values that they read. */
        EXPLAIN,

        /** Report and read the posture of devices. */
        DEVICES,

        /** Say which client certificate a caller showed it; without this right its word for it does not count. */
        CERTIFICATES
    }

    /**
     * WebAuthn relying party.
     *
     * @param rpId domain (WebAuthn L3 §5.4.2)
     * @param origins exact origins of our pages
     */
    public record Webauthn(String rpId, String name, List<URI> origins) {}

    /**
     * Lifetimes.
     *
     * @param token of an access token
     * @param stepUp how long a step-up counts, whatever a policy's {@code @max_age} says
     * @param aal1 sessions of people, of a login with one factor or an unknown one
     * @param aal2 of a login with more than one factor
     * @param aal3 of a phishing-resistant login
     * @param workload sessions of workloads and agents
     */
    public record Lifetimes(Duration token, Duration stepUp, Span aal1, Span aal2, Span aal3, Span workload) {
        /** A step-up counts as long as an AAL3 session may idle. */
        public static final Duration STEP_UP = Duration.ofMinutes(15);

        /** The same for every level. */
        public Lifetimes(Duration token, Duration idle, Duration absolute) {
            this(
                    token,
                    STEP_UP,
                    new Span(idle, absolute),
                    new Span(idle, absolute),
                    new Span(idle, absolute),
                    new Span(idle, absolute));
        }

        /**
         * 5-minute tokens; NIST SP 800-63B-4 §2.2.3, §2.3.3: AAL2 idle 1 h, absolute 24 h; AAL3 15 min and 12 h. AAL1 may last 30
         * days without an idle end (§2.1.3): here a weaker login does not outlast a stronger one. Workloads 1 h: they
         * authenticate again without anybody's trouble.
         */
        public static Lifetimes standard() {
            var day = new Span(Duration.ofHours(1), Duration.ofHours(24));
            return new Lifetimes(
                    Duration.ofMinutes(5),
                    STEP_UP,
                    day,
                    day,
                    new Span(Duration.ofMinutes(15), Duration.ofHours(12)),
                    new Span(Duration.ofHours(1), Duration.ofHours(1)));
        }
    }

    /**
     * How long a session may live.
     *
     * @param idle without being used
     * @param absolute in any case
     */
    public record Span(Duration idle, Duration absolute) {
        /** Longest absolute lifetime: NIST SP 800-63B-4 §2.1.3. */
        public static final Duration MAX = Duration.ofDays(30);

        public Span {
            if (!idle.isPositive() || idle.compareTo(absolute) > 0 || absolute.compareTo(MAX) > 0) {
                throw new IllegalArgumentException(
                        "A session idles no longer than it lives, and lives at most " + MAX.toDays() + " days");
            }
        }

        /** The same or shorter. */
        public Span within(@Nullable Duration maxIdle, @Nullable Duration maxAbsolute) {
            var newAbsolute = shorter(absolute, maxAbsolute);
            return new Span(shorter(shorter(idle, maxIdle), newAbsolute), newAbsolute);
        }

        private static Duration shorter(Duration one, @Nullable Duration other) {
            return other == null || one.compareTo(other) <= 0 ? one : other;
        }
    }
}
