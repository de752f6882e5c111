package dev.countersign.publish;

import dev.countersign.Settings;
import dev.countersign.certificate.RequestCertificates;
import dev.countersign.decision.OwnDecisions;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Answers;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.policy.LivePolicySet;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySource;
import dev.countersign.session.SessionCheck;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequestTasks;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The live policies, from a folder or published; versions; and which node runs what. */
public final class PublishFeature implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublishFeature.class);

    private final LivePolicySet policies;
    private final Nodes nodes;
    private final @Nullable Versions versions;
    private final Instant openedAt;

    private PublishFeature(LivePolicySet policies, Nodes nodes, @Nullable Versions versions, Instant openedAt) {
        this.policies = policies;
        this.nodes = nodes;
        this.versions = versions;
        this.openedAt = openedAt;
    }

    /** Opens the live set. Throws when there is none that may be live: a server without policies must not run. */
    public static PublishFeature open(
            Settings settings,
            Database database,
            Journal journal,
            KeyRing keys,
            LivePolicySet.Listener listener,
            InstantSource clock,
            SecureRandom random)
            throws PolicyLoadException {
        var publishers = settings.policies().publishers();
        Versions versions = null;
        LivePolicySet policies;
        if (publishers == null) {
            policies = folder(settings, listener);
        } else {
            var first = first(settings);
            var statements = new LiveStatements(keys);
            var trust = new VersionTrust(
                    Publishers.of(publishers),
                    statements,
                    first.map(source -> source.hash().value()).orElse(""));
            versions = new Versions(database, journal, trust, statements, listener, clock);
            policies = LivePolicySet.open(
                    PublishedPolicies.open(database, journal, trust, statements, first, clock), listener);
        }
        var name = new RandomIds(random).next("nd_");
        var nodes = Nodes.start(name, policies::current, database, journal, clock);
        return new PublishFeature(policies, nodes, versions, clock.instant());
    }

    private static LivePolicySet folder(Settings settings, LivePolicySet.Listener listener) throws PolicyLoadException {
        try {
            return LivePolicySet.open(settings.policies().folder(), listener);
        } catch (IOException e) {
            throw new UncheckedIOException("The policy folder cannot be watched", e);
        }
    }

    /** The settings' folder; it is needed no longer once a signed version is live. */
    private static Optional<PolicySource> first(Settings settings) {
        try {
            return Optional.of(PolicySource.read(settings.policies().folder()));
        } catch (PolicyLoadException e) {
            LOG.warn("the folder of the first policies cannot be read: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** The live set. */
    public LivePolicySet policies() {
        return policies;
    }

    /** Registers the routes; those of versions only where they are published. */
    public void routes(
            HttpRouting.Builder routing,
            Settings settings,
            SessionCheck sessions,
            RequestCertificates certificates,
            EnforcementPoints points,
            OwnDecisions decisions,
            AccessRequestTasks requests) {
        var callers = new Callers(settings.issuer(), sessions, certificates, points, decisions, policies::current);
        routing.get("/policies/live", (request, response) -> live(callers, request, response));
        if (versions != null) {
            new PolicyRoutes(callers, versions, new Publication(policies, versions, decisions, requests))
                    .register(routing);
        }
    }

    private void live(Callers callers, ServerRequest request, ServerResponse response) {
        callers.requireReader(request, response);
        var running = nodes.all();
        var since = running.stream()
                .filter(node -> node.node().equals(nodes.self()))
                .map(Nodes.Node::since)
                .findFirst()
                .orElse(openedAt);
        Answers.json(
                response,
                200,
                VersionJson.running(
                        versions == null ? "folder" : "published",
                        policies.current().hash().value(),
                        since,
                        versions == null ? null : versions.live(),
                        running));
    }

    @Override
    public void close() {
        nodes.close();
        policies.close();
    }
}
