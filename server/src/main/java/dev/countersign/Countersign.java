package dev.countersign;

import dev.countersign.callback.CallbackFeature;
import dev.countersign.certificate.CertificateFeature;
import dev.countersign.console.ConsoleFeature;
import dev.countersign.dbsc.DbscFeature;
import dev.countersign.decision.DecisionFeature;
import dev.countersign.decision.TokenCallers;
import dev.countersign.device.DeviceFeature;
import dev.countersign.door.DoorFeature;
import dev.countersign.downstream.DownstreamFeature;
import dev.countersign.entity.EntityFeature;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.evidence.Journal;
import dev.countersign.fatigue.FatigueFeature;
import dev.countersign.health.HealthFeature;
import dev.countersign.http.Answers;
import dev.countersign.http.Assets;
import dev.countersign.http.Listener;
import dev.countersign.http.Pages;
import dev.countersign.http.Problems;
import dev.countersign.http.TrustedProxies;
import dev.countersign.key.CryptoProviders;
import dev.countersign.login.LoginFeature;
import dev.countersign.monitor.FatigueSigns;
import dev.countersign.monitor.MonitorFeature;
import dev.countersign.monitor.RiskLevel;
import dev.countersign.network.NetworkFeature;
import dev.countersign.notification.NotificationFeature;
import dev.countersign.offline.OfflineFeature;
import dev.countersign.policy.LivePolicySet;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySetHash;
import dev.countersign.publish.PublishFeature;
import dev.countersign.recorded.RecordedFeature;
import dev.countersign.replay.ObserveFeature;
import dev.countersign.resolution.ResolutionFeature;
import dev.countersign.review.ReviewFeature;
import dev.countersign.session.SessionFeature;
import dev.countersign.session.SessionId;
import dev.countersign.signal.DeviceReports;
import dev.countersign.signal.RiskReports;
import dev.countersign.signal.SignalFeature;
import dev.countersign.store.Database;
import dev.countersign.store.Databases;
import dev.countersign.supervision.SupervisionFeature;
import dev.countersign.transaction.TransactionFeature;
import dev.countersign.transaction.WornDown;
import dev.countersign.webauthn.WebauthnFeature;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
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
    private final NetworkFeature networks;
    private final MonitorFeature risk;
    private final ReviewFeature reviews;
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
            networks = opened(NetworkFeature.open(settings.surroundings().databases()));
            risk = opened(MonitorFeature.wire(networks, database, journal, clock));
            reviews = opened(ReviewFeature.wire(database, journal, clock, random));
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
        var doors =
                DoorFeature.wire(settings, claims -> policies.current().claims().map(claims), clock);
        var browserKeys =
                DbscFeature.wire(settings, database, journal, sessions.sessions(), sessions.binding(), clock, random);
        var certificates = CertificateFeature.wire(settings, doors.trustBundles(), journal, clock);
        var logins = LoginFeature.wire(
                settings,
                database,
                journal,
                sessions.sessions(),
                sessions.opening(),
                sessions.identityProviders(),
                browserKeys,
                pages,
                clock,
                random);
        var browsers = logins.browserSessions();
        var scoped = new ScopedCallers(new TokenCallers(settings.issuer(), sessions.check(), certificates.requests()));
        var authenticators = WebauthnFeature.wire(
                settings,
                database,
                journal,
                sessions.sessions(),
                risk.monitor()::steppedUp,
                browsers,
                scoped,
                sessions.identityProviders()::reaches,
                pages,
                signals.outbox()::credentialChanged,
                clock,
                random);
        var offline = OfflineFeature.wire(
                settings, database, journal, evidence.keys(), directory, browsers, pages, clock, random);
        opened(offline.start());
        var callbacks = CallbackFeature.wire(settings, database, journal, evidence.keys(), clock, random);
        var notifications =
                NotificationFeature.wire(settings, database, journal, evidence.keys(), directory, clock, random);
        var transactions = TransactionFeature.wire(
                settings,
                database,
                journal,
                evidence.keys(),
                evidence.proofs(),
                sessions.sessions(),
                directory,
                authenticators.authenticators(),
                browsers,
                scoped,
                sessions.enforcementPoints(),
                offline.keys(),
                List.of(callbacks.observer(), notifications.observer(), new WornDown(new FoundSigns(risk))),
                callbacks.callbacks(),
                pages,
                clock,
                random);
        opened(callbacks.start(transactions.accessRequests()));
        opened(notifications.start(transactions::request));
        var devices = DeviceFeature.wire(settings, database, journal, clock);
        var decisions = DecisionFeature.wire(
                settings,
                sessions.check(),
                sessions.sessions(),
                directory,
                transactions.transactions(),
                sessions.enforcementPoints(),
                policies::current,
                entities.stored(),
                new KnownSurroundings(networks, devices, risk.monitor(), reviews.reviews()),
                reviews.reviews(),
                journal,
                records::record,
                evidence.keys(),
                clock,
                random);
        opened(transactions.watch(decisions.reconsideration(records)));
        var supervision = SupervisionFeature.wire(
                settings,
                database,
                sessions,
                certificates.requests(),
                browsers,
                LoginFeature.BROWSERS,
                authenticators.reregistration(),
                (handle, recorder, person, now) -> transactions.disowned().takeBack(handle, recorder, person, now)
                        + offline.keys().disown(handle, recorder, person, now),
                transactions.accessRequests(),
                decisions.own(),
                policies::current,
                pages,
                clock);
        var console = ConsoleFeature.wire(
                journal, browsers, policies::current, entities.stored(), records, observed::observation, pages);

        var routing = HttpRouting.builder();
        new Problems(random).register(routing);
        TrustedProxies.of(settings.surroundings().trustedProxies()).register(routing);
        decisions.routes(
                routing); // first: routes are tried one after the other, and nearly every request is a decision
        Assets.register(routing);
        routing.get("/", (request, response) -> Answers.redirect(response, "/approvals"));
        new HealthFeature(database, records).routes(routing);
        var downstream = DownstreamFeature.wire(
                settings,
                sessions.accessTokens(),
                sessions.opening(),
                sessions.sessions(),
                transactions.detailTypes(),
                transactions.receipts(),
                evidence.keys(),
                journal,
                clock,
                random);
        sessions.routes(
                routing, logins.codeGrants(), doors.doors(), certificates, downstream, transactions.detailTypes());
        logins.routes(routing, transactions.detailTypes());
        signals.routes(
                routing,
                sessions.named(),
                sessions.identityProviders(),
                sessions.enforcementPoints(),
                new ReportedDevices(devices),
                new ReportedRisk(risk));
        authenticators.routes(routing, supervision.reregistration());
        supervision.routes(routing);
        transactions.routes(routing);
        offline.routes(routing);
        notifications.routes(routing, browsers, pages);
        reviews.routes(routing, browsers, directory, pages);
        ResolutionFeature.wire(transactions.unresolved(), supervision.operators(), browsers, pages)
                .routes(routing);
        FatigueFeature.wire(transactions.figures(), supervision.operators(), pages)
                .routes(routing);
        evidence.routes(routing);
        entities.routes(routing, sessions.enforcementPoints(), policies::current);
        devices.routes(routing, sessions.enforcementPoints());
        console.routes(routing);
        publishing.routes(
                routing,
                settings,
                sessions.check(),
                certificates.requests(),
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

    /** The port in use that asks callers for a certificate; -1 when there is none. */
    public int mutualPort() {
        return listener.port(Listener.MUTUAL);
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

    /** What transmitters tell of devices is what policies see of them. */
    private record ReportedDevices(DeviceFeature devices) implements DeviceReports {
        @Override
        public Set<String> report(Handle database, Journal.Recorder evidence, DeviceReport report) {
            return devices.reports()
                    .compliance(database, evidence, report.device(), report.compliant(), report.at(), report.source());
        }
    }

    /** That approvers are worn down is risk of the session that asks. */
    private record FoundSigns(MonitorFeature risk) implements WornDown.Signs {
        @Override
        public void refusedAgain(Handle handle, Journal.Recorder evidence, SessionId session, String why, Instant at) {
            risk.reports().found(handle, evidence, session, FatigueSigns.PROMPTS_REFUSED, why, at);
        }

        @Override
        public void approvedAfterRefusals(
                Handle handle, Journal.Recorder evidence, SessionId session, String why, Instant at) {
            risk.reports().found(handle, evidence, session, FatigueSigns.APPROVED_AFTER_REFUSALS, why, at);
        }
    }

    /** And what they tell of risk is risk. */
    private record ReportedRisk(MonitorFeature risk) implements RiskReports {
        @Override
        public void report(Handle database, Journal.Recorder evidence, RiskReport report) {
            var level = RiskLevel.valueOf(report.level().name());
            for (var session : report.sessions()) {
                risk.reports()
                        .report(database, evidence, session, level, report.reason(), report.source(), report.at());
            }
        }
    }
}
