package dev.countersign.review;

import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.key.RandomIds;
import dev.countersign.session.BrowserSessions;
import dev.countersign.store.Database;
import dev.countersign.transaction.Groups;
import dev.countersign.watch.Watch;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/** Reviews of what was done in emergencies. */
public final class ReviewFeature implements AutoCloseable {
    /** How often overdue reviews are looked for: how old the number is that policies see. */
    public static final Duration PERIOD = Duration.ofSeconds(2);

    private final Reviews reviews;
    private final InstantSource clock;
    private final Watch watch;

    private ReviewFeature(Reviews reviews, InstantSource clock) {
        this.reviews = reviews;
        this.clock = clock;
        reviews.look();
        this.watch = Watch.start("review-watch", PERIOD, reviews::look);
    }

    /** Counts once before it returns, so that no policy is asked before. */
    public static ReviewFeature wire(Database database, Journal journal, InstantSource clock, SecureRandom random) {
        return new ReviewFeature(new Reviews(database, journal, new RandomIds(random), clock), clock);
    }

    public Reviews reviews() {
        return reviews;
    }

    public void routes(HttpRouting.Builder routing, BrowserSessions browsers, Groups groups, Pages pages) {
        new ReviewRoutes(reviews, browsers, groups, pages, clock).register(routing);
    }

    @Override
    public void close() {
        watch.close();
    }
}
