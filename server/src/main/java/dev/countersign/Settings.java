package dev.countersign;

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
        OutboundSettings outbound) {

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
                OutboundSettings.NONE);
    }

    /** The same, with TLS of its own. */
    public Settings with(TlsSettings tls) {
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
                outbound);
    }

    /** The same, with these doors. */
    public Settings with(DoorSettings doors) {
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
                outbound);
    }

    /** The same, with these signals. */
    public Settings with(SignalSettings signals) {
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
                outbound);
    }

    /** The same, with this knowledge of networks and devices. */
    public Settings with(SurroundingsSettings surroundings) {
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
                outbound);
    }

    /** The same, connecting to these places. */
    public Settings with(OutboundSettings outbound) {
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
                outbound);
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
     * @param jwks keys for {@code private_key_jwt}, JSON, or null for a public client
     */
    public record Client(
            String id, List<URI> redirectUris, @Nullable String jwks) {}

    /**
     * An enforcement point.
     *
     * @param apiKeySha256 hex SHA-256 of its API key, or null
     * @param jwks keys for {@code private_key_jwt}, JSON, or null
     * @param rights what it may do beyond asking about the sessions it presents
     */
    public record Enforcer(
            String id,
            @Nullable String apiKeySha256,
            @Nullable String jwks,
            Set<Right> rights) {}

    /** What an enforcement point may do beyond asking about the sessions it presents. */
    public enum Right {
        /** Speak for a subject without its session; what it may ask is policy. */
        ASSERT,

        /** Read and write the stored entities. */
        ENTITIES,

        /** See why policies refuse: their text, and the values that they read. */
        EXPLAIN
    }

    /**
     * WebAuthn relying party.
     *
     * @param rpId domain (WebAuthn L3 §5.4.2)
     * @param origins exact origins of our pages
     */
    public record Webauthn(String rpId, String name, List<URI> origins) {}

    /** Lifetimes. */
    public record Lifetimes(Duration token, Duration idle, Duration absolute) {
        /** 5-minute tokens; NIST SP 800-63B-4 AAL2: idle 1 h, absolute 24 h. */
        public static Lifetimes standard() {
            return new Lifetimes(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofHours(24));
        }
    }
}
