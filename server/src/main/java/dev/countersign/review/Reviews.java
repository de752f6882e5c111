package dev.countersign.review;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.session.Person;
import dev.countersign.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Opens, closes and counts reviews. Each use raises an alarm at once, and each overdue review another. */
public final class Reviews {
    /** Most overdue reviews that raise their alarm in one look. */
    static final int MAX_ALARMS = 100;

    private final Database database;
    private final Journal journal;
    private final RandomIds ids;
    private final InstantSource clock;
    private volatile Map<String, Long> overdue = Map.of(); // by person, as of the last look

    Reviews(Database database, Journal journal, RandomIds ids, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.ids = ids;
        this.clock = clock;
    }

    /** Opens the review of {@code use} within the change that is the use. */
    public void open(Handle handle, Journal.Recorder evidence, Use use) {
        var now = clock.instant();
        var id = ids.next("rv_");
        ReviewStore.insert(handle, id, use, now);
        var entry = Entry.of("break_glass.used", id)
                .with("alarm", true)
                .with("policy", use.policy())
                .with("evaluation_id", use.evaluation())
                .with("person", use.person().id())
                .with("principal", use.principal())
                .with("action", use.action())
                .with("resource", use.resource())
                .with("reviewers", use.review().reviewers().id())
                .with("due_at", now.plus(use.review().within()).toString());
        evidence.record(use.receipt() == null ? entry : entry.with("receipt", use.receipt()));
    }

    /** How many reviews of what {@code person} did are overdue; at most {@link ReviewFeature#PERIOD} old. */
    public long overdue(Person person) {
        return overdue.getOrDefault(person.id(), 0L);
    }

    List<OpenReview> newest(int limit) {
        return database.read(handle -> ReviewStore.newest(handle, limit));
    }

    Optional<OpenReview> find(String id) {
        return database.read(handle -> ReviewStore.find(handle, id));
    }

    /** Throws Problem 409 when somebody else was first. */
    void close(OpenReview review, Person by, boolean justified, String finding) {
        var now = clock.instant();
        journal.commit((handle, evidence) -> {
            if (!ReviewStore.close(handle, review.id(), by, justified, finding, now)) {
                throw Problem.conflict("review-closed", "This review is closed");
            }
            evidence.record(Entry.of("review.closed", review.id())
                    .with("by", by.id())
                    .with("person", review.person().id())
                    .with("evaluation_id", review.evaluation())
                    .with("justified", justified)
                    .with("finding", finding));
            return review;
        });
        look();
    }

    /** Raises the alarms that are due, and counts. */
    void look() {
        var now = clock.instant();
        for (var review : database.read(handle -> ReviewStore.silent(handle, now, MAX_ALARMS))) {
            journal.commit((handle, evidence) -> {
                if (ReviewStore.alarmed(handle, review.id(), now)) {
                    evidence.record(Entry.of("review.overdue", review.id())
                            .with("alarm", true)
                            .with("person", review.person().id())
                            .with("evaluation_id", review.evaluation())
                            .with("reviewers", review.reviewers()));
                }
                return review;
            });
        }
        overdue = database.read(handle -> ReviewStore.overdue(handle, now));
    }
}
