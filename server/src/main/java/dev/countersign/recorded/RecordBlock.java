package dev.countersign.recorded;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Records that become one row: made within a few seconds, and not too large together. For one thread. */
final class RecordBlock {
    /** Between the oldest and the newest of a row: what bounds the rows in which an evaluation id may be. */
    static final Duration MAX_SPAN = Duration.ofSeconds(10);

    /** Records of one row: one of them is found in a few milliseconds, and the commit that it shares stays short. */
    static final int MAX_RECORDS = 512;

    private final ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 16);
    private @Nullable String firstId;
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;
    private int records;

    boolean isEmpty() {
        return records == 0;
    }

    int size() {
        return records;
    }

    /** False when this record begins another row. */
    boolean takes(Instant at, byte[] json) {
        return isEmpty()
                || (records < MAX_RECORDS
                        && text.size() + json.length < PackedRecords.MAX_BYTES
                        && !at.isAfter(first.plus(MAX_SPAN))
                        && !at.isBefore(last.minus(MAX_SPAN)));
    }

    void add(String evaluationId, Instant at, byte[] json) {
        firstId = isEmpty() ? evaluationId : firstId;
        first = at.isBefore(first) ? at : first;
        last = at.isAfter(last) ? at : last;
        records++;
        text.writeBytes(json);
        text.write('\n');
    }

    Row packed(PackedRecords packing) {
        return new Row(requireNonNull(firstId), first, last, records, packing.pack(text.toByteArray()));
    }

    /** A block as it is stored. */
    record Row(String firstId, Instant first, Instant last, int records, byte[] packed) {}
}
