package dev.countersign.evidence;

import dev.countersign.evidence.Journal.Change;
import dev.countersign.evidence.Journal.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One request that waits for its commit: a single entry, or a change with the entries it records. */
final class Pending<T> implements Recorder {
    final CompletableFuture<T> done = new CompletableFuture<>();
    final @Nullable Change<T> change;
    final List<Draft> drafts = new ArrayList<>(1);

    private @Nullable Entry single;
    private @Nullable T result;
    private @Nullable RuntimeException failure;
    private long firstIndex;

    Pending(Entry entry) {
        this.change = null;
        this.single = entry;
    }

    Pending(Change<T> change) {
        this.change = change;
    }

    /** Forgets an earlier try. */
    void restart() {
        drafts.clear();
        result = null;
        failure = null;
        if (single != null) {
            drafts.add(new Draft(single, index -> {}));
        }
    }

    void succeeded(T value) {
        result = value;
    }

    void failed(RuntimeException e) {
        drafts.clear();
        failure = e;
    }

    void startsAt(long index) {
        firstIndex = index;
    }

    /** Lets the request go on. */
    @SuppressWarnings("unchecked") // a single entry's T is Long, by its only constructor's use
    void complete() {
        if (failure != null) {
            done.completeExceptionally(failure);
        } else if (single != null) {
            done.complete((T) Long.valueOf(firstIndex));
        } else {
            done.complete(result);
        }
    }

    @Override
    public void record(Entry entry) {
        record(entry, index -> {});
    }

    @Override
    public void record(Entry entry, LongConsumer indexed) {
        drafts.add(new Draft(entry, indexed));
    }

    /** An entry without an index yet, and who wants to know the index. */
    record Draft(Entry entry, LongConsumer indexed) {}
}
