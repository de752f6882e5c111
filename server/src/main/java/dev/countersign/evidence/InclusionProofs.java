package dev.countersign.evidence;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Entries of the log with what proves them to somebody who has nothing else of it. */
public final class InclusionProofs {
    /** Most entries proven at once. */
    public static final int MAX_ENTRIES = 1_000;

    private final EvidenceStore store;
    private final String verifierKey;

    InclusionProofs(EvidenceStore store, String verifierKey) {
        this.store = store;
        this.verifierKey = verifierKey;
    }

    /** All of {@code indices} under the newest checkpoint; nothing while it does not cover them, at most a second. */
    public Optional<Proven> prove(Collection<Long> indices) {
        if (indices.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException("At most " + MAX_ENTRIES + " entries");
        }
        var checkpoint = store.latestCheckpoint();
        if (checkpoint.isEmpty()
                || indices.stream().anyMatch(index -> index >= checkpoint.get().size())) {
            return Optional.empty();
        }
        var tiles = new Tiles(store);
        var size = checkpoint.get().size();
        return Optional.of(new Proven(
                verifierKey,
                checkpoint.get().note(),
                indices.stream()
                        .map(index -> new ProvenEntry(
                                index, store.entries(index, index + 1).getFirst(), tiles.inclusion(index, size)))
                        .toList()));
    }

    /**
     * Entries under one checkpoint.
     *
     * @param verifierKey signed-note form
     * @param checkpoint a signed note (C2SP tlog-checkpoint)
     */
    public record Proven(String verifierKey, String checkpoint, List<ProvenEntry> entries) {}

    /**
     * One of them.
     *
     * @param bytes JCS JSON, as the tree hashes it
     * @param path the inclusion path, lowest sibling first (RFC 9162 §2.1.3.1)
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record ProvenEntry(long index, byte[] bytes, List<byte[]> path) {}

    /** True when {@code entry} is entry {@code index} of the log that {@code checkpoint} signs. */
    public static boolean isProven(Checkpoint checkpoint, ProvenEntry entry) {
        var leaf = new Merkle().leaf(entry.bytes());
        return Proofs.isIncluded(leaf, entry.index(), checkpoint.size(), checkpoint.root(), entry.path());
    }
}
