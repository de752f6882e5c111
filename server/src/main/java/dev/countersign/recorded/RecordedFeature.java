package dev.countersign.recorded;

import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.store.Database;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** Records of decisions: written beside the answering path, found again by evaluation id, gone when their time is over. */
public final class RecordedFeature implements DecisionRecords, AutoCloseable {
    private final RecordStore store;
    private final Recorder recorder;

    private RecordedFeature(RecordStore store, Recorder recorder) {
        this.store = store;
        this.recorder = recorder;
    }

    public static RecordedFeature wire(Settings settings, Database database, Journal journal, InstantSource clock) {
        var store = new RecordStore(database, journal);
        var recorder = new Recorder(store, settings.policies().keepDecisions(), clock);
        recorder.start();
        return new RecordedFeature(store, recorder);
    }

    /** Takes a decision that was made. Never blocks and never throws. */
    public void record(DecisionRecord decision) {
        recorder.offer(decision);
    }

    /** Calls {@code watcher} with every record that is not dropped, on one thread that answers nobody. */
    public void watch(Consumer<DecisionRecord> watcher) {
        recorder.watch(watcher);
    }

    @Override
    public Optional<DecisionRecord> find(String evaluationId) {
        return store.find(evaluationId);
    }

    @Override
    public Counts counts() {
        return recorder.counts();
    }

    @Override
    public void close() {
        recorder.close();
    }
}
