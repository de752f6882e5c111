package dev.countersign.signal;

import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.jose.KeySets;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * What the transmitters publish: fetched when first needed, keys again for an unknown key id, at most once per
 * {@link #MIN_REFRESH}; while a transmitter is away the known ones stay.
 */
final class Peers {
    /** Shortest time between two fetches. */
    static final Duration MIN_REFRESH = Duration.ofSeconds(10);

    /** Documents older than this are fetched again, so that a withdrawn key does not verify forever. */
    static final Duration MAX_AGE = Duration.ofMinutes(15);

    /** After a failed first fetch, callers are refused at once for this long. */
    static final Duration RETRY_FIRST = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    private final Map<String, Peer> peers = new LinkedHashMap<>();

    Peers(Iterable<Transmitter> transmitters, OutboundHttp http, SubscriptionStore subscriptions, InstantSource clock) {
        for (var transmitter : transmitters) {
            peers.put(transmitter.id(), new Peer(transmitter, http, subscriptions, clock));
        }
    }

    Peer of(Transmitter transmitter) {
        var peer = peers.get(transmitter.id());
        if (peer == null) {
            throw new IllegalArgumentException("Not a configured transmitter");
        }
        return peer;
    }

    /** One transmitter. */
    static final class Peer {
        private final Transmitter transmitter;
        private final OutboundHttp http;
        private final SubscriptionStore subscriptions;
        private final InstantSource clock;
        private final ReentrantLock fetching = new ReentrantLock();
        private volatile @Nullable Known known;
        private volatile Instant tried = Instant.MIN;

        Peer(Transmitter transmitter, OutboundHttp http, SubscriptionStore subscriptions, InstantSource clock) {
            this.transmitter = transmitter;
            this.http = http;
            this.subscriptions = subscriptions;
            this.clock = clock;
        }

        /** Throws Problem 503 when it was never had and cannot be. */
        TransmitterConfiguration configuration() {
            return current().configuration();
        }

        Set<String> criticalMembers() {
            return configuration().criticalMembers();
        }

        SigningKeys keys() {
            return (jws, algorithm) -> {
                var now = current();
                var found = KeySets.candidates(now.keys(), jws, algorithm);
                return found.isEmpty() && mayTry()
                        ? KeySets.candidates(refreshed(now).keys(), jws, algorithm)
                        : found;
            };
        }

        /** Events about the stream itself. Throws {@link RefusedSet} for a verification that we did not ask for so. */
        void onStream(Handle handle, EventType type, SecurityEvent event) {
            switch (type) {
                case VERIFICATION -> subscriptions.verified(handle, transmitter.id(), event, clock.instant());
                case STREAM_UPDATED -> {
                    subscriptions.updated(handle, transmitter.id(), event);
                    LOG.warn("transmitter {} says its stream is now {}", transmitter.id(), event.text("status"));
                }
                default -> {}
            }
        }

        private Known current() {
            var have = known;
            if (have == null) {
                return refreshed(null);
            }
            var old = have.fetchedAt().plus(MAX_AGE).isBefore(clock.instant());
            return old && mayTry() ? refreshed(have) : have;
        }

        private boolean mayTry() {
            return tried.equals(Instant.MIN) || !tried.plus(MIN_REFRESH).isAfter(clock.instant());
        }

        private Known refreshed(@Nullable Known have) {
            fetching.lock();
            try {
                var latest = known;
                if (latest != null && (have == null || latest.fetchedAt().isAfter(have.fetchedAt()))) {
                    return latest;
                }
                if (latest == null && tried.isAfter(clock.instant().minus(RETRY_FIRST))) {
                    throw unavailable();
                }
                tried = clock.instant();
                var fetched = fetch();
                known = fetched;
                return fetched;
            } catch (OutboundFailure | PeerFailure | IllegalArgumentException | Problem e) {
                LOG.warn("the configuration of transmitter {} cannot be had: {}", transmitter.id(), e.getMessage());
                if (have == null) {
                    throw unavailable();
                }
                return have;
            } finally {
                fetching.unlock();
            }
        }

        private Known fetch() {
            var given = transmitter.configuration();
            var from = Destination.configured(
                    given == null ? TransmitterConfiguration.location(transmitter.issuer()) : given);
            var configuration = TransmitterConfiguration.of(json(from), from, transmitter.issuer());
            try {
                var keys = JWKSet.parse(json(configuration.jwksUri()).toString());
                return new Known(configuration, keys, clock.instant());
            } catch (ParseException e) {
                throw new IllegalArgumentException("its keys cannot be read");
            }
        }

        private JsonNode json(Destination from) {
            var reply = http.get(from, Map.of("Accept", "application/json"));
            if (reply.status() != 200) {
                throw new IllegalArgumentException("status " + reply.status());
            }
            return Json.read(reply.body());
        }

        private static Problem unavailable() {
            return Problem.unavailable("The transmitter's keys cannot be had");
        }

        private record Known(TransmitterConfiguration configuration, JWKSet keys, Instant fetchedAt) {}
    }
}
