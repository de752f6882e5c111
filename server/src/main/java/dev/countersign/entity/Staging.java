package dev.countersign.entity;

import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Writes a generation that is loading: one batch is committed while the next one is read. For one thread. */
final class Staging implements AutoCloseable {
    /** Entities in one commit: short enough that decisions, which wait for the same writer, do not notice. */
    static final int BATCH = 2_000;

    /** Characters in one commit. */
    static final int BATCH_CHARACTERS = 2 << 20;

    private final Journal journal;
    private final InstantSource clock;
    private final long generation;
    private List<EntityDocument> batch = new ArrayList<>(BATCH);
    private int characters;
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);

    Staging(Journal journal, InstantSource clock, long generation) {
        this.journal = journal;
        this.clock = clock;
        this.generation = generation;
    }

    void add(EntityDocument document) {
        batch.add(document);
        characters += document.body().length();
        if (batch.size() == BATCH || characters > BATCH_CHARACTERS) {
            commit();
        }
    }

    /** Returns when everything is in the database. */
    void finish() {
        if (!batch.isEmpty()) {
            commit();
        }
        await();
    }

    private void commit() {
        await();
        var full = batch;
        batch = new ArrayList<>(BATCH);
        characters = 0;
        underWay = CompletableFuture.runAsync(() -> write(full), Thread::startVirtualThread);
    }

    private void write(List<EntityDocument> documents) {
        var written = journal.<Boolean>commit(
                (handle, evidence) -> GraphStore.add(handle, generation, documents, clock.instant()));
        if (!written) {
            throw Problem.conflict("load-expired", "The load was given up, it took too long");
        }
    }

    private void await() {
        try {
            underWay.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException ours) {
                throw ours;
            }
            throw e;
        }
    }

    /** After this nothing of it is being written any more. */
    @Override
    public void close() {
        underWay.exceptionally(failed -> null).join();
    }
}
