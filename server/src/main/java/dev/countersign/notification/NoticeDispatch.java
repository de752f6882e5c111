package dev.countersign.notification;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.notification.Delivery.Undelivered;
import dev.countersign.notification.NoticeStore.Event;
import dev.countersign.outbound.Backoff;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequest;
import dev.countersign.watch.Errands;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whom to tell what happened, and tells it, on every node; each by one of them at a time. What cannot be delivered is
 * tried again with growing pauses for {@link #GIVES_UP}.
 */
final class NoticeDispatch implements AutoCloseable {
    /** How often it looks. */
    static final Duration PERIOD = Duration.ofMillis(500);

    /** How long one attempt may take before another node may try. */
    static final Duration LEASE = Duration.ofMinutes(1);

    /** How long somebody is tried before they are given up. */
    static final Duration GIVES_UP = Duration.ofHours(24);

    /** Pauses after failures, before up to half as long again is added. */
    static final Backoff PAUSES = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(15));

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(NoticeDispatch.class);

    private final Database database;
    private final Journal journal;
    private final Audience audience;
    private final Map<Channel.Kind, Delivery> deliveries;
    private final WebhookDelivery webhooks;
    private final Function<String, Optional<AccessRequest>> requests;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Errands<Event> events;
    private final Errands<Notice> notices;

    NoticeDispatch(
            Database database,
            Journal journal,
            Audience audience,
            Map<Channel.Kind, Delivery> deliveries,
            WebhookDelivery webhooks,
            Function<String, Optional<AccessRequest>> requests,
            InstantSource clock,
            RandomGenerator random) {
        this.database = database;
        this.journal = journal;
        this.audience = audience;
        this.deliveries = deliveries;
        this.webhooks = webhooks;
        this.requests = requests;
        this.clock = clock;
        this.random = random;
        events = Errands.start("notification-events", PERIOD, PATIENCE, this::takenEvents, this::address);
        notices = Errands.start("notifications", PERIOD, PATIENCE, this::takenNotices, this::tell);
    }

    private List<Event> takenEvents(int room) {
        var now = clock.instant();
        return database.<Boolean>read(handle -> NoticeStore.isAnyEventDue(handle, now))
                ? journal.commit((handle, evidence) -> NoticeStore.events(handle, now, now.plus(LEASE), room))
                : List.of();
    }

    private void address(Event event) {
        var request = requests.apply(event.request());
        var now = clock.instant();
        journal.<Boolean>commit((handle, evidence) -> {
            request.ifPresent(known -> audience.address(handle, event, known, now));
            NoticeStore.done(handle, event);
            NoticeStore.forget(handle, now);
            return true;
        });
    }

    private List<Notice> takenNotices(int room) {
        var now = clock.instant();
        return database.<Boolean>read(handle -> NoticeStore.isAnyDue(handle, now))
                ? journal.commit((handle, evidence) -> NoticeStore.due(handle, now, now.plus(LEASE), room))
                : List.of();
    }

    private void tell(Notice notice) {
        var request = requests.apply(notice.request());
        try {
            if (request.isPresent()) {
                tell(notice, request.get());
            }
            journal.<Boolean>commit((handle, evidence) -> {
                NoticeStore.settled(handle, notice);
                return true;
            });
        } catch (Undelivered e) {
            failed(notice, e);
        }
    }

    private void tell(Notice notice, AccessRequest request) throws Undelivered {
        if (notice.isForWebhook()) {
            webhooks.deliver(notice, request);
            return;
        }
        var now = clock.instant();
        var channel = database.read(handle -> ChannelStore.find(handle, notice.target())
                .filter(found -> !notice.isToApprove() || stillWaits(request, now))
                .filter(found -> !notice.isToApprove() || audience.mayApprove(handle, request, found, now)));
        if (channel.isEmpty()) {
            return; // over before it was told
        }
        var delivery = deliveries.get(channel.get().kind());
        if (delivery != null) {
            delivery.deliver(notice, request, channel.get());
        }
    }

    private static boolean stillWaits(AccessRequest request, Instant now) {
        return request.state() == AccessRequest.State.OPEN && now.isBefore(request.expiresAt());
    }

    private void failed(Notice notice, Undelivered why) {
        var now = clock.instant();
        var over = why.isGone() || !now.isBefore(notice.at().plus(GIVES_UP));
        if (over) {
            LOG.warn("notification {} is given up: {}", notice.id(), why.reason());
        }
        var next = now.plus(PAUSES.after(notice.attempts() + 1, random));
        journal.<Boolean>commit((handle, evidence) -> {
            if (!over) {
                NoticeStore.failed(handle, notice, why.reason(), next);
                return true;
            }
            NoticeStore.givenUp(handle, notice, why.reason());
            evidence.record(Entry.of("notification.given_up", notice.request())
                    .with("target", notice.isForWebhook() ? "webhook" : notice.target())
                    .with("reason", why.reason()));
            if (why.isGone()) {
                ChannelStore.find(handle, notice.target())
                        .ifPresent(gone -> ChannelStore.remove(handle, gone.id(), gone.person()));
            }
            return true;
        });
    }

    @Override
    public void close() {
        events.close();
        notices.close();
    }
}
