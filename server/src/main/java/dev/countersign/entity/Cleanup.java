package dev.countersign.entity;

import dev.countersign.evidence.Journal;
import dev.countersign.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes generations that are live no more, in small commits, and forgets deleted entities when there are many. */
final class Cleanup implements AutoCloseable {
    /** Rows removed in one commit. */
    static final int BATCH = 2_000;

    /** How often it looks for something to do. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    /** Between two commits, so that others come first. */
    static final Duration BREATH = Duration.ofMillis(20);

    /** A load that has not written for so long is over: it reads, checks and commits in less. */
    static final Duration LOAD_EXPIRES = Replacement.MAX_TIME.plusMinutes(5);

    /** Deleted entities that are kept, so that nodes need not read everything to learn of one. */
    static final int MAX_DELETED = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

    private final Database database;
    private final Journal journal;
    private final InstantSource clock;
    private final Thread thread;

    Cleanup(Database database, Journal journal, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("entity-cleanup").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(more() ? BREATH : PAUSE);
            }
        } catch (InterruptedException e) {
            LOG.debug("no longer removing old entities");
        }
    }

    private boolean more() {
        try {
            return removeSome() || forgetDeleted(MAX_DELETED);
        } catch (RuntimeException e) {
            LOG.warn("old entities cannot be removed for now", e);
            return false;
        }
    }

    /** Removes a batch of a generation that is over. False when there is none. */
    boolean removeSome() {
        var over = over();
        over.ifPresent(generation -> journal.commit((handle, evidence) -> {
            handle.createUpdate("update entity_generation set state = 'DEAD' where generation = :generation")
                    .bind("generation", generation)
                    .execute();
            var removed = handle.createUpdate("""
                            delete from entity where generation = :generation and (type, id) in
                            (select type, id from entity where generation = :generation limit :batch)""")
                    .bind("generation", generation)
                    .bind("batch", BATCH)
                    .execute();
            if (removed == 0) {
                handle.createUpdate("delete from entity_generation where generation = :generation")
                        .bind("generation", generation)
                        .execute();
            }
            return removed;
        }));
        return over.isPresent();
    }

    private Optional<Long> over() {
        return database.read(handle -> handle.createQuery("""
                        select generation from entity_generation
                        where state = 'DEAD' or (state = 'LOADING' and touched_at < :expired)
                        order by generation limit 1""")
                .bind("expired", clock.instant().minus(LOAD_EXPIRES).toEpochMilli())
                .mapTo(Long.class)
                .findFirst());
    }

    /** Forgets all deleted entities if there are more than {@code most}. False when there are not. */
    boolean forgetDeleted(int most) {
        long deleted = database.read(handle -> handle.createQuery(
                        "select count(*) from (select 1 from entity where version > 0 and body is null limit :most) d")
                .bind("most", most + 1)
                .mapTo(Long.class)
                .one());
        if (deleted <= most) {
            return false;
        }
        journal.commit((handle, evidence) -> {
            handle.createUpdate("update entity_graph set kept_from = version where id = 1")
                    .execute();
            return handle.createUpdate("delete from entity where version > 0 and body is null")
                    .execute();
        });
        return true;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
