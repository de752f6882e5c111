package dev.countersign.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.policy.RecordValue;
import dev.countersign.recorded.DecisionRecord.Answered;
import dev.countersign.recorded.DecisionRecord.Outcome;
import dev.countersign.store.Database;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The queue between decisions and their records: what does not fit is dropped, and nobody waits. */
@ParameterizedClass
@EnumSource(Engine.class)
final class RecorderTest {
    private static final Duration MONTH = Duration.ofDays(30);

    private final Database database;
    private final EvidenceFeature evidence;
    private final RecordStore store;
    private final InstantSource clock = InstantSource.system();
    private final Instant now = clock.instant();

    RecorderTest(Engine engine) {
        database = TestDatabases.open(engine);
        evidence = EvidenceFeature.wire(TestDatabases.settings(engine), database, clock, new SecureRandom());
        store = new RecordStore(database, evidence.journal());
    }

    @AfterEach
    void close() {
        evidence.close();
        database.close();
    }

    private String id(int number) {
        return id(number, now);
    }

    /** Begins with its time, as every evaluation id does. */
    private static String id(int number, Instant at) {
        var bytes = ByteBuffer.allocate(16).putLong(at.toEpochMilli() << 16).putInt(12, number);
        return "ev_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    private DecisionRecord decision(int number) {
        return Samples.open(id(number), now);
    }

    private DecisionRecord ofSize(int number, int characters) {
        var context = RecordValue.builder().put("note", "x".repeat(characters)).build();
        return Samples.of(id(number), now, context, new Answered(Outcome.DENY, List.of(), List.of()));
    }

    @Test
    void aFullQueueDropsAndBlocksNobody() {
        try (var recorder = new Recorder(store, MONTH, clock)) { // its writer does not run yet
            for (var i = 0; i < Recorder.MAX_WAITING + 100; i++) {
                recorder.offer(decision(i));
            }
            assertThat(recorder.counts()).isEqualTo(new DecisionRecords.Counts(true, 0, 100, Recorder.MAX_WAITING));
            recorder.start();
            await(() -> recorder.counts().written() == Recorder.MAX_WAITING);
            recorder.offer(decision(999_999));
            await(() -> store.find(id(999999)).isPresent()); // there is room again
            assertThat(recorder.counts().dropped()).isEqualTo(100);
        }
        assertThat(store.find(id(0))).isPresent();
        assertThat(store.find(id(Recorder.MAX_WAITING))).isEmpty();
    }

    @Test
    void largeRecordsDoNotFillTheMemory() {
        try (var recorder = new Recorder(store, MONTH, clock)) {
            var each = 200 * 1024;
            var fit = Recorder.MAX_WAITING_BYTES / each;
            for (var i = 0; i < fit + 50; i++) {
                recorder.offer(ofSize(i, each));
            }
            assertThat(recorder.counts().waiting()).isBetween((int) fit - 5, (int) fit);
            assertThat(recorder.counts().dropped()).isGreaterThanOrEqualTo(50);
            recorder.offer(ofSize(-1, RecordJson.MAX_BYTES + 1));
            recorder.start();
            await(() -> recorder.counts().waiting() == 0);
            recorder.offer(ofSize(-2, each)); // what was written weighs no more
            await(() -> store.find(id(-2)).isPresent());
            assertThat(store.find(id(-1))).isEmpty();
        }
    }

    @Test
    void aDatabaseThatIsAwayDropsAndIsTold() {
        try (var recorder = new Recorder(store, MONTH, clock)) {
            recorder.start();
            evidence.close();
            recorder.offer(decision(1));
            await(() -> recorder.counts().dropped() == 1);
            assertThat(recorder.counts().written()).isZero();
        }
    }

    @Test
    void aStopWritesWhatWaits() {
        try (var recorder = new Recorder(store, MONTH, clock)) {
            recorder.start();
            for (var i = 0; i < 1_000; i++) {
                recorder.offer(decision(i));
            }
        }
        assertThat(store.find(id(999))).isPresent();
    }

    @Test
    void whoWatchesAndFailsHurtsNobody() {
        try (var recorder = new Recorder(store, MONTH, clock)) {
            var seen = new AtomicInteger();
            recorder.watch(_ -> {
                throw new IllegalStateException("a watcher's own fault");
            });
            recorder.watch(_ -> seen.incrementAndGet());
            recorder.start();
            recorder.offer(decision(1));
            recorder.offer(decision(2));
            await(() -> seen.get() == 2);
            await(() -> recorder.counts().written() == 2);
        }
    }

    @Test
    void oldRecordsGoStepByStep() {
        var rows = 2 * Recorder.PRUNE_STEP + 3;
        try (var recorder = new Recorder(store, MONTH, clock)) {
            recorder.start();
            for (var i = 0; i < rows; i++) { // too far apart for one row
                var at = now.minus(MONTH).minusSeconds(60L * (rows - i));
                recorder.offer(Samples.open(id(i, at), at));
            }
        }
        var oldest = now.minus(MONTH).minusSeconds(60L * rows);
        assertThat(store.find(id(0, oldest))).isPresent();
        assertThat(store.prune(now, Recorder.PRUNE_STEP)).isEqualTo(Recorder.PRUNE_STEP);
        assertThat(store.find(id(0, oldest))).isEmpty(); // the oldest first
        assertThat(store.find(id(rows - 1, now.minus(MONTH).minusSeconds(60)))).isPresent();
        try (var recorder = new Recorder(store, MONTH, clock)) {
            recorder.start();
            await(() -> !store.hasOlderThan(now));
        }
    }

    @Test
    void eachIsFoundAmongManyOfTheSameTime() {
        try (var recorder = new Recorder(store, MONTH, clock)) {
            for (var i = 0; i < 1_000; i++) {
                var at = now.plusMillis(i % 7);
                recorder.offer(Samples.open(id(i, at), at));
            }
            recorder.start();
            await(() -> recorder.counts().written() == 1_000);
        }
        for (var i = 0; i < 1_000; i += 111) {
            var id = id(i, now.plusMillis(i % 7));
            assertThat(store.find(id).map(DecisionRecord::evaluationId)).contains(id);
        }
        assertThat(store.find(id(1_000, now))).isEmpty();
    }

    private static void await(BooleanSupplier done) {
        var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
