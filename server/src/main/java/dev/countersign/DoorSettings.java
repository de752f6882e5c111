package dev.countersign;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ways to begin a session beside the login of people: tokens that others issued, exchanged at {@code POST /oauth/token}
 * (RFC 8693). Throws {@link IllegalArgumentException} when two doors could vouch for the same name, or share an issuer.
 *
 * @param accessTokens of identity providers (RFC 9068)
 * @param trustDomains whose SVIDs are believed (SPIFFE)
 * @param svids how JWT-SVIDs of these trust domains are taken, or null: they are not
 * @param kubernetes clusters whose service accounts are believed
 * @param ci issuers of tokens for jobs (OpenID Connect)
 */
public record DoorSettings(
        List<AccessTokens> accessTokens,
        List<TrustDomain> trustDomains,
        @Nullable JwtSvids svids,
        List<Kubernetes> kubernetes,
        List<Ci> ci) {
    /** None. */
    public static final DoorSettings NONE = new DoorSettings(List.of(), List.of(), null, List.of(), List.of());

    /** Longest that a session lives that a token opened, when nothing is said. It never outlives the token. */
    public static final Duration MAX_SESSION = Duration.ofHours(1);

    public DoorSettings {
        accessTokens = List.copyOf(accessTokens);
        trustDomains = List.copyOf(trustDomains);
        kubernetes = List.copyOf(kubernetes);
        ci = List.copyOf(ci);
        var issuers = new HashSet<String>();
        accessTokens.forEach(door -> once(issuers, door.issuer().toString(), "issuer"));
        kubernetes.forEach(door -> once(issuers, door.issuer().toString(), "issuer"));
        ci.forEach(door -> once(issuers, door.issuer().toString(), "issuer"));
        var names = new HashSet<String>();
        accessTokens.forEach(door -> door.workloadClients().forEach(name -> once(names, name, "workload")));
        ci.forEach(door ->
                door.jobs().stream().map(Job::subject).distinct().forEach(name -> once(names, name, "workload")));
        var clusters = new HashSet<String>();
        kubernetes.forEach(door -> once(clusters, door.cluster(), "cluster"));
        var domains = new HashSet<String>();
        trustDomains.forEach(domain -> once(domains, domain.name(), "trust domain"));
    }

    private static void once(Set<String> seen, String name, String what) {
        if (!seen.add(name)) {
            throw new IllegalArgumentException("Two doors have the same " + what + ": " + name);
        }
    }

    /** How often a token opens a session. */
    public enum Reuse {
        /** Once. */
        ONCE,

        /** As often as its holder likes, but always with the key of the first time. */
        SAME_KEY,

        /** As often as anybody likes who has it, until it expires. */
        UNTIL_EXPIRY
    }

    /**
     * Where the keys of an issuer are; with everything null, where its discovery document says.
     *
     * @param jwksUri of its JWK set
     * @param jwksFile file with its JWK set, read again when it changes
     * @param anchors PEM file with the certificates that its server's chains to; null: those of the machine
     * @param credential file with a bearer token that its server wants to see, or null
     */
    public record Keys(
            @Nullable URI jwksUri,
            @Nullable Path jwksFile,
            @Nullable Path anchors,
            @Nullable Path credential) {
        /** Where the issuer says. */
        public static final Keys DISCOVERED = new Keys(null, null, null, null);
    }

    /**
     * What is the same for tokens of every kind.
     *
     * @param audience that a token must be for
     * @param otherAudiences that a token may be for as well
     * @param maxSession longest that a session lives
     */
    public record Terms(String audience, Set<String> otherAudiences, Duration maxSession, Reuse reuse) {
        public Terms {
            otherAudiences = Set.copyOf(otherAudiences);
        }
    }

    /**
     * Access tokens of one identity provider.
     *
     * @param scopes that a token must all have
     * @param principalClaim names the user
     * @param groupsClaim names groups
     * @param workloadClients clients whose tokens stand for the client itself, a workload of its {@code client_id}
     */
    public record AccessTokens(
            URI issuer,
            Keys keys,
            Terms terms,
            Set<String> scopes,
            String principalClaim,
            String groupsClaim,
            Set<String> workloadClients) {
        public AccessTokens {
            scopes = Set.copyOf(scopes);
            workloadClients = Set.copyOf(workloadClients);
        }
    }

    /**
     * A SPIFFE trust domain; exactly one of file and endpoint is not null.
     *
     * @param name without {@code spiffe://}
     * @param bundleFile its bundle, read again when it changes
     * @param bundleEndpoint where its bundle is published
     * @param anchors PEM file with the certificates that the endpoint's chains to; null: those of the machine
     */
    public record TrustDomain(
            String name,
            @Nullable Path bundleFile,
            @Nullable URI bundleEndpoint,
            @Nullable Path anchors) {}

    /** JWT-SVIDs. */
    public record JwtSvids(Terms terms) {}

    /**
     * Service accounts of one Kubernetes cluster.
     *
     * @param cluster what we call it; part of the names of its workloads
     * @param review API server that is asked about each token (TokenReview), or null: its keys are enough
     * @param accounts all that are let in
     */
    public record Kubernetes(
            String cluster, URI issuer, Keys keys, @Nullable URI review, Terms terms, List<ServiceAccount> accounts) {
        public Kubernetes {
            accounts = List.copyOf(accounts);
        }
    }

    /**
     * A service account.
     *
     * @param uid so that another of the same name is another, or null
     */
    public record ServiceAccount(
            String namespace, String name, @Nullable String uid) {}

    /**
     * Jobs of one CI system.
     *
     * @param jobs all that are let in
     */
    public record Ci(URI issuer, Keys keys, Terms terms, Forge forge, List<Job> jobs) {
        public Ci {
            jobs = List.copyOf(jobs);
        }
    }

    /** Whose names the claims have. */
    public enum Forge {
        GITHUB,
        GITLAB
    }

    /**
     * A job, by claims that its token must have exactly.
     *
     * @param subject {@code sub}, which is the workload's name
     * @param repository number of the repository: a name can be registered again, a number cannot
     * @param owner number of its owner
     * @param workflow workflow file with its ref, or null for any
     * @param environment or null for any
     */
    public record Job(
            String subject,
            String repository,
            String owner,
            @Nullable String workflow,
            @Nullable String environment) {}
}
