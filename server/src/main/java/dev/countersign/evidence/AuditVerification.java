package dev.countersign.evidence;

import dev.countersign.evidence.AuditReport.Problem;
import dev.countersign.evidence.LogSource.StoredCheckpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a log offline, in one pass: every row is hashed again and compared with the tree, the tree with its tiles, and
 * every signed checkpoint with the tree's root at its size. Checkpoints that all fit one tree are consistent.
 */
public final class AuditVerification {
    /** More problems of one code than this are not told. */
    public static final int MAX_PROBLEMS = 100;

    private final LogSource log;
    private final Trust trust;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Integer> told = new HashMap<>();

    private AuditVerification(LogSource log, Trust trust) {
        this.log = log;
        this.trust = trust;
    }

    /** Verifies all of {@code log}. */
    public static AuditReport verify(LogSource log, Trust trust) {
        return new AuditVerification(log, trust).run();
    }

    private AuditReport run() {
        var stored = log.checkpoints();
        var key = trust.verifierKey() != null ? trust.verifierKey() : log.verifierKey();
        if (key == null && !stored.isEmpty()) {
            problem("key", -1, "There is no key to verify the checkpoints with");
        }
        SortedMap<Long, Checkpoint> signed = key == null ? new TreeMap<>() : verifySignatures(stored, key);
        var size = signed.isEmpty() ? 0 : signed.lastKey();
        var trusted = key == null ? null : trusted(key, size);
        var pass = new TreePass(log, size, signed, trusted, this::problem);
        log.entries(pass);
        pass.finish();
        var tiles = log.tileCount();
        if (tiles.isPresent() && tiles.getAsLong() > TilePath.count(size)) {
            problem(
                    "tile",
                    -1,
                    "There are " + tiles.getAsLong() + " tiles where a tree of " + size + " entries has "
                            + TilePath.count(size));
        }
        return new AuditReport(pass.rows(), size, trust.verifierKey() != null, problems);
    }

    private SortedMap<Long, Checkpoint> verifySignatures(List<StoredCheckpoint> stored, String key) {
        var verified = stored.parallelStream()
                .map(checkpoint -> verify(checkpoint, key))
                .toList();
        var signed = new TreeMap<Long, Checkpoint>();
        for (var result : verified) {
            if (result.checkpoint() == null) {
                problem("checkpoint", result.size(), result.text());
                continue;
            }
            var other = signed.put(result.size(), result.checkpoint());
            if (other != null
                    && !Arrays.equals(other.root(), result.checkpoint().root())) {
                problem(
                        "checkpoint",
                        result.size(),
                        "Two signed checkpoints of size " + result.size()
                                + " name different roots: the log was forked");
            }
        }
        return signed;
    }

    private static Verified verify(StoredCheckpoint stored, String key) {
        try {
            var checkpoint = Checkpoint.verify(stored.note(), key);
            if (stored.size() >= 0
                    && (stored.size() != checkpoint.size() || !Arrays.equals(stored.root(), checkpoint.root()))) {
                return new Verified(
                        null,
                        stored.size(),
                        "The checkpoint stored for size " + stored.size() + " is beside a note that says otherwise");
            }
            return new Verified(checkpoint, checkpoint.size(), "");
        } catch (IllegalArgumentException e) {
            var which = stored.size() < 0 ? "A checkpoint" : "The checkpoint of size " + stored.size();
            return new Verified(null, stored.size(), which + " does not verify: " + e.getMessage());
        }
    }

    private @Nullable Checkpoint trusted(String key, long size) {
        if (trust.checkpoint() == null) {
            return null;
        }
        try {
            var trusted = Checkpoint.verify(trust.checkpoint(), key);
            if (trusted.size() > size) {
                problem(
                        "truncated",
                        size,
                        "The trusted checkpoint names " + trusted.size() + " entries, the log signs " + size
                                + ": it was truncated or rolled back");
                return null;
            }
            return trusted;
        } catch (IllegalArgumentException e) {
            problem("checkpoint", -1, "The trusted checkpoint does not verify: " + e.getMessage());
            return null;
        }
    }

    private void problem(String code, long index, String text) {
        if (told.merge(code, 1, Integer::sum) <= MAX_PROBLEMS) {
            problems.add(new Problem(code, index, text));
        }
    }

    /** Takes problems as they are found. */
    interface Problems {
        void add(String code, long index, String text);
    }

    private record Verified(@Nullable Checkpoint checkpoint, long size, String text) {}
}
