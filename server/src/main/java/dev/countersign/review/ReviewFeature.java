package dev.countersign.review;

import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.key.RandomIds;
import dev.countersign.session.BrowserSessions;
import dev.countersign.store.Database;
import dev.countersign.transaction.Groups;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reviews of what was done in emergencies. */
public final class ReviewFeature implements AutoCloseable {
    /** How often overdue reviews are looked for: how old the number is that policies see. */
    public static final Duration PERIOD = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(ReviewFeature.class);

    private final Reviews reviews;
    private final InstantSource clock;
    private final Thread watch;
    private volatile boolean closed;

    private ReviewFeature(Reviews reviews, InstantSource clock) {
        this.reviews = reviews;
        this.clock = clock;
        this.watch = Thread.ofVirtual().name("review-watch").unstarted(this::run);
    }

    /** Counts once before it returns, so that no policy is asked before. */
    public static ReviewFeature wire(Database database, Journal journal, InstantSource clock, SecureRandom random) {
        var feature = new ReviewFeature(new Reviews(database, journal, new RandomIds(random), clock), clock);
        feature.reviews.look();
        feature.watch.start();
        return feature;
    }

    public Reviews reviews() {
        return reviews;
    }

    public void routes(HttpRouting.Builder routing, BrowserSessions browsers, Groups groups, Pages pages) {
        new ReviewRoutes(reviews, browsers, groups, pages, clock).register(routing);
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(PERIOD);
                reviews.look();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("reviews could not be looked at; trying again", e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        watch.interrupt();
        try {
            watch.join(PERIOD.multipliedBy(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
