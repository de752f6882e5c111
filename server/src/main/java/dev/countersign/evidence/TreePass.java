package dev.countersign.evidence;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one pass over the rows. The tree is grown from the hashes in the tiles where a row disagrees with them, so that one
 * bad row is named and those after it are still checked; the rows' own tree grows beside it from there on, to tell a
 * changed row from a changed tile.
 */
final class TreePass implements LogSource.RowReader {
    private final LogSource log;
    private final long signed;
    private final SortedMap<Long, Checkpoint> checkpoints;
    private final @Nullable Checkpoint trusted;
    private final AuditVerification.Problems problems;
    private final Merkle merkle = new Merkle();
    private final CompactRange tree = new CompactRange(this::subtree);
    private final TreeMap<Integer, Tile> current = new TreeMap<>(); // the tile in use, by level
    private @Nullable CompactRange ofRows; // once a row and its tile disagree
    private long next;
    private long rows;
    private long goodUntil; // the largest checkpoint that fitted
    private boolean rootFailed;
    private boolean broken; // neither row nor tile: the tree cannot go on

    TreePass(
            LogSource log,
            long signed,
            SortedMap<Long, Checkpoint> checkpoints,
            @Nullable Checkpoint trusted,
            AuditVerification.Problems problems) {
        this.log = log;
        this.signed = signed;
        this.checkpoints = checkpoints;
        this.trusted = trusted;
        this.problems = problems;
        checkRoots();
    }

    long rows() {
        return rows;
    }

    @Override
    public void row(long index, @Nullable String kind, @Nullable String subject, byte[] bytes) {
        rows++;
        if (index < next) {
            problems.add("entry_misplaced", index, "Entry " + index + " stands where no entry can stand");
            return;
        }
        if (index > next) {
            missing(index);
        }
        next = index;
        var head = EntryHead.read(bytes);
        var hash = merkle.leaf(bytes);
        var held = held(index);
        if (head == null) {
            problems.add("entry_changed", index, "Entry " + index + " is not an entry");
        } else if (head.index() != index) {
            problems.add("entry_misplaced", index, "Entry " + index + " holds the bytes of entry " + head.index());
        } else if (held != null && !Arrays.equals(held, hash)) {
            problems.add(
                    "entry_changed",
                    index,
                    "Entry " + index + " (" + head.kind() + " of " + head.subject()
                            + ") differs from what the tree holds");
        } else if (kind != null && !(head.kind().equals(kind) && head.subject().equals(subject))) {
            problems.add(
                    "entry_changed",
                    index,
                    "Entry " + index + " is filed as " + kind + " of " + subject + " but says " + head.kind() + " of "
                            + head.subject());
        }
        grow(held, hash);
    }

    /** Tells what is missing at the end. */
    void finish() {
        if (next < signed) {
            missing(signed);
        }
        var head = log.nextIndex();
        if (head.isPresent() && head.getAsLong() > next) {
            problems.add("entry_missing", next, range(next, head.getAsLong()) + " missing");
        } else if (head.isPresent() && head.getAsLong() < next) {
            problems.add(
                    "entry_added",
                    head.getAsLong(),
                    range(head.getAsLong(), next) + " beyond the log's own counter: added from outside");
        }
    }

    private void missing(long until) {
        problems.add("entry_missing", next, range(next, until) + " missing");
        while (next < Math.min(until, signed) && !broken) {
            grow(held(next), null);
        }
        next = until;
    }

    private static String range(long from, long until) {
        return until - from == 1 ? "Entry " + from + " is" : "Entries " + from + " to " + (until - 1) + " are";
    }

    private void grow(byte @Nullable [] held, byte @Nullable [] own) {
        if (broken || next >= signed) {
            next++;
            return;
        }
        var hash = held != null ? held : own;
        if (hash == null) {
            broken = true;
            next++;
            return;
        }
        if (ofRows == null && own != null && !Arrays.equals(own, hash)) {
            ofRows = tree.branch();
        }
        tree.append(hash);
        if (ofRows != null) {
            ofRows.append(own != null ? own : hash);
        }
        next++;
        checkRoots();
    }

    private void checkRoots() {
        var signedHere = checkpoints.get(next);
        if (signedHere != null && !rootFailed) {
            if (Arrays.equals(signedHere.root(), tree.root())) {
                goodUntil = next;
            } else {
                rootFailed = true; // all later ones fail with it
                var rowsFit = ofRows != null && Arrays.equals(signedHere.root(), ofRows.root());
                problems.add(
                        "root",
                        goodUntil,
                        "The checkpoint of size " + next + " does not fit "
                                + (rowsFit ? "the tiles, but the entries: tiles were changed" : "the entries")
                                + "; what differs is among entries " + goodUntil + " to " + (next - 1));
            }
        }
        if (trusted != null && trusted.size() == next && !Arrays.equals(trusted.root(), tree.root())) {
            problems.add(
                    "rewritten",
                    goodUntil,
                    "The trusted checkpoint of size " + next + " does not fit: the log was rewritten before entry "
                            + next);
        }
    }

    /** The hash that the tree holds of a signed entry; null when the entry is not signed or the tile is gone. */
    private byte @Nullable [] held(long index) {
        return index < signed ? hash(0, index) : null;
    }

    private byte @Nullable [] hash(int level, long index) {
        var tile = current.get(level);
        if (tile == null || tile.index() != index / Tiles.WIDTH) {
            tile = load(level, index / Tiles.WIDTH);
            current.put(level, tile);
        }
        var offset = Math.toIntExact(index % Tiles.WIDTH) * Merkle.HASH_BYTES;
        return offset + Merkle.HASH_BYTES <= tile.hashes().length
                ? Arrays.copyOfRange(tile.hashes(), offset, offset + Merkle.HASH_BYTES)
                : null;
    }

    private Tile load(int level, long index) {
        var hashes = log.tile(level, index);
        var width = TilePath.width(level, index, signed);
        if (hashes == null) {
            problems.add("tile", index * Tiles.WIDTH, "Tile " + level + "/" + index + " is missing");
            return new Tile(index, new byte[0]);
        }
        if (hashes.length != width * Merkle.HASH_BYTES) {
            problems.add(
                    "tile",
                    index * Tiles.WIDTH,
                    "Tile " + level + "/" + index + " has " + hashes.length + " bytes instead of "
                            + width * Merkle.HASH_BYTES);
        }
        return new Tile(index, hashes);
    }

    /** Compares the roots of complete subtrees of 256^L entries with the tiles of level L. */
    private void subtree(int height, long index, byte[] hash) {
        if (height % 8 == 0) {
            var held = hash(height / 8, index);
            if (held != null && !Arrays.equals(held, hash)) {
                problems.add(
                        "tile",
                        index << height,
                        "Tile " + height / 8 + "/" + index / Tiles.WIDTH + " does not follow from the level below it");
            }
        }
    }

    private record Tile(long index, byte[] hashes) {}
}
