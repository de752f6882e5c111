package dev.countersign;

import dev.countersign.console.ConsoleFeature;
import dev.countersign.decision.DecisionFeature;
import dev.countersign.entity.EntityFeature;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.evidence.Journal;
import dev.countersign.health.HealthFeature;
import dev.countersign.http.Answers;
import dev.countersign.http.Assets;
import dev.countersign.http.Listener;
import dev.countersign.http.Pages;
import dev.countersign.http.Problems;
import dev.countersign.key.CryptoProviders;
import dev.countersign.login.LoginFeature;
import dev.countersign.policy.LivePolicySet;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySetHash;
import dev.countersign.publish.PublishFeature;
import dev.countersign.recorded.RecordedFeature;
import dev.countersign.replay.ObserveFeature;
import dev.countersign.session.SessionFeature;
import dev.countersign.signal.DeviceReports;
import dev.countersign.signal.RiskReports;
import dev.countersign.signal.SignalFeature;
import dev.countersign.store.Database;
import dev.countersign.store.Databases;
import dev.countersign.transaction.TransactionFeature;
import dev.countersign.webauthn.WebauthnFeature;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: what a running server consists of, in the order in which it is built. */
public final class Countersign implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Countersign.class);

    private final Settings settings;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final EvidenceFeature evidence;
    private final EntityFeature entities;
    private final PublishFeature publishing;
    private final RecordedFeature records;
    private final ObserveFeature observed;
    private final SignalFeature signals;
    private final WebServer listener;

    private Countersign(Settings settings, InstantSource clock, SecureRandom random) throws PolicyLoadException {
        this.settings = settings;
        CryptoProviders.install();
        try {
            var database = opened(Databases.open(settings));
            evidence = opened(EvidenceFeature.wire(settings, database, clock, random));
            var journal = evidence.journal();
            entities = opened(EntityFeature.wire(database, journal, clock));
            publishing = opened(PublishFeature.open(
                    settings,
                    database,
                    journal,
                    evidence.keys(),
                    new RecordedPolicies(journal, entities),
                    clock,
                    random));
            records = opened(RecordedFeature.wire(settings, database, journal, clock));
            observed = opened(ObserveFeature.wire(settings, records, entities.stored()::with, clock));
            signals = opened(SignalFeature.open(settings, database, journal, evidence.keys(), clock, random));
            listener = Listener.start(settings.host(), settings.port(), settings.tls(), wire(database, clock, random));
            opened(listener::stop);
        } catch (RuntimeException | PolicyLoadException e) {
            close();
            throw e;
        }
        LOG.info("listening on {} as {}", listener.port(), settings.issuer());
    }

    /** Starts a server with the machine's clock. Throws when policies, database, keys or settings do not fit. */
    public static Countersign start(Settings settings) throws PolicyLoadException {
        return start(settings, InstantSource.system());
    }

    /** As {@link #start(Settings)}, with another clock. */
    public static Countersign start(Settings settings, InstantSource clock) throws PolicyLoadException {
        return new Countersign(settings, clock, new SecureRandom());
    }

    private HttpRouting.Builder wire(Database database, InstantSource clock, SecureRandom random) {
        var policies = publishing.policies();
        var pages = new Pages();
        var journal = evidence.journal();
        var directory = new PolicyDirectory(() -> entities.stored().with(policies.current()));
        var sessions = SessionFeature.wire(
                settings,
                database,
                journal,
                evidence.keys(),
                directory,
                claims -> policies.current().claims().map(claims),
                signals.outbox(),
                clock,
                random);
        var logins = LoginFeature.wire(
                settings,
                database,
                journal,
                sessions.sessions(),
                sessions.opening(),
                sessions.identityProviders(),
                pages,
                clock,
                random);
        var browsers = logins.browserSessions();
        var authenticators = WebauthnFeature.wire(
                settings,
                database,
                journal,
                sessions.sessions(),
                browsers,
                sessions.identityProviders()::reaches,
                pages,
                clock,
                random);
        var transactions = TransactionFeature.wire(
                settings,
                database,
                journal,
                evidence.keys(),
                sessions.sessions(),
                directory,
                authenticators.authenticators(),
                browsers,
                sessions.enforcementPoints(),
                pages,
                clock,
                random);
        var decisions = DecisionFeature.wire(
                settings,
                sessions.check(),
                directory,
                transactions.transactions(),
                sessions.enforcementPoints(),
                policies::current,
                entities.stored(),
                journal,
                records::record,
                evidence.keys(),
                clock,
                random);
        var console = ConsoleFeature.wire(
                journal, browsers, policies::current, entities.stored(), records, observed::observation, pages);

        var routing = HttpRouting.builder();
        new Problems(random).register(routing);
        decisions.routes(
                routing); // first: routes are tried one after the other, and nearly every request is a decision
        Assets.register(routing);
        routing.get("/", (request, response) -> Answers.redirect(response, "/approvals"));
        new HealthFeature(database, records).routes(routing);
        sessions.routes(routing, logins.codeGrants());
        logins.routes(routing);
        signals.routes(
                routing,
                sessions.named(),
                sessions.identityProviders(),
                sessions.enforcementPoints(),
                DeviceReports.NONE,
                RiskReports.NONE);
        authenticators.routes(routing);
        transactions.routes(routing);
        evidence.routes(routing);
        entities.routes(routing, sessions.enforcementPoints(), policies::current);
        console.routes(routing);
        publishing.routes(
                routing,
                settings,
                sessions.check(),
                sessions.enforcementPoints(),
                decisions.own(),
                transactions.accessRequests());
        return routing;
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /** Our public base URL. */
    public URI issuer() {
        return settings.issuer();
    }

    /** The port in use. */
    public int port() {
        return listener.port();
    }

    /** Where everything is recorded. */
    public Journal journal() {
        return evidence.journal();
    }

    /** What verifies our checkpoints, as signed-note writes it. */
    public String verifierKey() {
        return evidence.verifierKey();
    }

    /** Stops listening, then signs and closes what is open, newest first. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("a part could not be closed", e);
            }
        }
    }

    /** Every change of the live policies is evidence, and none goes live that stored entities do not fit. */
    private record RecordedPolicies(Journal journal, EntityFeature entities) implements LivePolicySet.Listener {
        @Override
        public void admit(PolicySet next) throws PolicyLoadException {
            entities.admit(next);
        }

        @Override
        public void changed(PolicySetHash before, PolicySetHash now) {
            journal.append(Entry.of("policy.changed", now.value()).with("before", before.value()));
        }

        @Override
        public void refused(PolicyLoadException reasons) {
            var first = reasons.faults().getFirst();
            journal.append(Entry.of("policy.refused", first.file())
                    .with("line", first.line())
                    .with("reason", first.reason()));
        }
    }
}
