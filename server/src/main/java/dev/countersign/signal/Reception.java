package dev.countersign.signal;

import dev.countersign.SignalSettings.Delivery;
import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.outbound.Backoff;
import dev.countersign.outbound.OutboundFailure;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps our streams at transmitters and polls those that are polled, one virtual thread each, until closed. */
final class Reception implements AutoCloseable {
    /** How often a pushed stream is looked after. */
    static final Duration CARE = Duration.ofMinutes(10);

    /** How often until it is verified. */
    static final Duration CARE_UNVERIFIED = Duration.ofSeconds(5);

    /** A node that polls keeps the others away for so long; longer than one round takes. */
    static final Duration LEASE = Duration.ofSeconds(60);

    /** How long a node waits whose turn it is not. */
    static final Duration NOT_OUR_TURN = Duration.ofSeconds(5);

    /** Shortest time between two rounds: a transmitter that does not hold back its answers is not hammered. */
    static final Duration PACE = Duration.ofMillis(200);

    /** After failures in a row, to our transmitters and to our receivers alike. */
    static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private final String node;
    private final Journal journal;
    private final SubscriptionStore store;
    private final InstantSource clock;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    Reception(String node, Journal journal, SubscriptionStore store, InstantSource clock) {
        this.node = node;
        this.journal = journal;
        this.store = store;
        this.clock = clock;
    }

    /** Begins to look after {@code transmitter}, when there is something to look after. */
    void start(Transmitter transmitter, Subscriber subscriber, Poll poll) {
        if (transmitter.delivery() == Delivery.POLL || transmitter.manage()) {
            threads.add(Thread.ofVirtual()
                    .name("signals-" + transmitter.id())
                    .start(() -> care(transmitter, subscriber, poll)));
        }
    }

    private void care(Transmitter transmitter, Subscriber subscriber, Poll poll) {
        var failures = 0;
        while (!closed) {
            Duration wait;
            try {
                wait = once(transmitter, subscriber, poll);
                failures = 0;
            } catch (OutboundFailure | PeerFailure | Problem e) {
                failures++;
                wait = PAUSES.after(failures);
                if (!closed) {
                    LOG.warn("transmitter {}: {}; again in {}", transmitter.id(), e.getMessage(), wait);
                }
            } catch (RuntimeException e) {
                failures++;
                wait = PAUSES.after(failures);
                LOG.error("transmitter {} could not be looked after; again in {}", transmitter.id(), wait, e);
            }
            if (!slept(wait)) {
                return;
            }
        }
    }

    private Duration once(Transmitter transmitter, Subscriber subscriber, Poll poll) {
        if (transmitter.delivery() == Delivery.POLL && !isOurTurn(transmitter)) {
            return NOT_OUR_TURN;
        }
        var endpoint = subscriber.ensure();
        if (endpoint == null) {
            var verified = store.find(transmitter.id())
                    .filter(SubscriptionStore.Subscription::isVerified)
                    .isPresent();
            return verified ? CARE : CARE_UNVERIFIED;
        }
        for (var rounds = 0; !closed && rounds < ROUNDS && isOurTurn(transmitter); rounds++) {
            poll.round(endpoint);
            if (!slept(PACE)) {
                break;
            }
        }
        return Duration.ZERO;
    }

    /** Polls before the stream itself is looked at again. */
    private static final int ROUNDS = 100;

    private boolean isOurTurn(Transmitter transmitter) {
        var now = clock.instant();
        return journal.commit((handle, evidence) -> {
            SubscriptionStore.prepare(handle, transmitter.id());
            return SubscriptionStore.lease(handle, transmitter.id(), node, now, now.plus(LEASE));
        });
    }

    private boolean slept(Duration wait) {
        try {
            Thread.sleep(wait);
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        for (var thread : threads) {
            try {
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
