package dev.countersign.signal;

import dev.countersign.Settings;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.session.IdentityProviders;
import dev.countersign.session.NamedSessions;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Security events in and out. */
public final class SignalFeature implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SignalFeature.class);

    private final Settings settings;
    private final Journal journal;
    private final KeyRing keys;
    private final InstantSource clock;
    private final RandomIds ids;
    private final TargetStore targets;
    private final OutboxStore waiting;
    private final SubscriptionStore subscriptions;
    private final SignalTokens tokens;
    private final OutboundHttp http;
    private final Outbox outbox;
    private final Dispatch dispatch;
    private final Reception reception;
    private final AutoCloseable listening;
    private final String node;

    private SignalFeature(
            Settings settings,
            Database database,
            Journal journal,
            KeyRing keys,
            InstantSource clock,
            SecureRandom random) {
        this.settings = settings;
        this.journal = journal;
        this.keys = keys;
        this.clock = clock;
        this.ids = new RandomIds(random);
        this.targets = new TargetStore(database);
        this.waiting = new OutboxStore(database);
        this.subscriptions = new SubscriptionStore(database);
        this.tokens = new SignalTokens(keys);
        this.http = new OutboundHttp(settings.outbound());
        this.outbox = new Outbox(settings.issuer().toString(), settings.signals(), clock, ids);
        this.node = ids.next("node_");
        var delivery = new Delivery(waiting, journal, tokens, http, keys.seal("signals"), clock, node);
        this.dispatch = new Dispatch(targets, delivery, clock, node);
        this.reception = new Reception(node, journal, subscriptions, clock);
        this.listening = journal.listen(recorded -> dispatch.wake());
    }

    /** Nobody is contacted yet: see {@link #routes}. */
    public static SignalFeature open(
            Settings settings,
            Database database,
            Journal journal,
            KeyRing keys,
            InstantSource clock,
            SecureRandom random) {
        var feature = new SignalFeature(settings, database, journal, keys, clock, random);
        feature.prepare();
        return feature;
    }

    /** A key before the first one asks for it, and a queue for each application that hears of logouts. */
    private void prepare() {
        var signals = settings.signals();
        if (signals.receivers().isEmpty() && signals.logouts().isEmpty()) {
            return;
        }
        keys.signalKey();
        journal.commit((handle, evidence) -> {
            for (var logout : signals.logouts()) {
                var target = new Target(
                        Target.LOGOUT_PREFIX + logout.client(),
                        Target.Kind.LOGOUT,
                        logout.client(),
                        Target.Status.ENABLED,
                        null,
                        logout.uri(),
                        null,
                        Set.of(),
                        null,
                        0,
                        0,
                        null,
                        Instant.EPOCH);
                TargetStore.insert(handle, target, clock.instant());
                TargetStore.update(handle, target);
            }
            return true;
        });
    }

    /** Observes every change of a session. */
    public Outbox outbox() {
        return outbox;
    }

    /**
     * Registers the endpoints, and begins to tell and to listen.
     *
     * @param devices takes what is told of devices
     * @param risks takes what is told of risk
     */
    public void routes(
            HttpRouting.Builder routing,
            NamedSessions sessions,
            IdentityProviders providers,
            EnforcementPoints points,
            DeviceReports devices,
            RiskReports risks) {
        var refusals = new Refusals();
        receive(routing, sessions, new Effects(providers, devices, risks), refusals);
        new BackchannelLogoutRoutes(new LogoutTokenCheck(providers, clock), sessions, journal, refusals, clock)
                .register(routing);
        transmit(routing, points);
    }

    private void receive(HttpRouting.Builder routing, NamedSessions sessions, Effects effects, Refusals refusals) {
        var transmitters = settings.signals().transmitters();
        var peers = new Peers(transmitters, http, subscriptions, clock);
        var intake = new Intake(peers, effects, sessions, journal, refusals, clock);
        new PushRoutes(transmitters, intake).register(routing);
        for (var transmitter : transmitters) {
            var access = new TransmitterAccess(transmitter, http, clock);
            var subscriber = new Subscriber(
                    settings.issuer(),
                    transmitter,
                    peers.of(transmitter),
                    access,
                    http,
                    subscriptions,
                    journal,
                    clock,
                    ids);
            reception.start(transmitter, subscriber, new Poll(transmitter, intake, access, http));
        }
    }

    private void transmit(HttpRouting.Builder routing, EnforcementPoints points) {
        var issuer = settings.issuer().toString();
        var receivers = new Receivers(settings.signals().receivers(), points, targets);
        new SsfMetadataRoutes(issuer).register(routing);
        new StreamRoutes(receivers, new StreamConfiguration(issuer, keys.seal("signals")), targets, journal, clock, ids)
                .register(routing);
        new StreamStateRoutes(receivers, outbox, journal, clock, dispatch::wake).register(routing);
        new PollRoutes(receivers, waiting, tokens, journal, dispatch).register(routing);
        if (!settings.signals().receivers().isEmpty()
                || !settings.signals().logouts().isEmpty()) {
            dispatch.start();
        }
    }

    @Override
    public void close() {
        try (dispatch;
                reception) {
            listening.close();
        } catch (Exception e) {
            throw new IllegalStateException("The journal's listener cannot be closed", e);
        } finally {
            release();
        }
    }

    /** Whoever comes next need not wait until our leases end; after a crash it does. */
    private void release() {
        try {
            journal.commit((handle, evidence) -> {
                TargetStore.release(handle, node);
                SubscriptionStore.release(handle, node);
                return true;
            });
        } catch (Problem e) {
            LOG.warn("leases could not be given back; they end by themselves: {}", e.detail());
        }
    }
}
