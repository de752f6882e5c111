package dev.countersign.evidence;

import dev.countersign.store.Database;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads the log and writes tiles and checkpoints. */
final class EvidenceStore implements Tiles.Source {
    private final Database database;

    EvidenceStore(Database database) {
        this.database = database;
    }

    /** The bytes of entries [from, to), in order. */
    List<byte[]> entries(long from, long to) {
        return database.read(
                handle -> handle.createQuery("select bytes from evidence where idx >= :from and idx < :to order by idx")
                        .bind("from", from)
                        .bind("to", to)
                        .mapTo(byte[].class)
                        .list());
    }

    /** How many entries are durable. */
    long size() {
        return database.read(handle -> handle.createQuery("select next_index from evidence_head where id = 1")
                .mapTo(Long.class)
                .one());
    }

    Optional<Checkpoint> latestCheckpoint() {
        return database.read(handle -> handle.createQuery(
                        "select size, root, note from evidence_checkpoint order by size desc limit 1")
                .map((row, context) -> new Checkpoint("", row.getLong(1), row.getBytes(2), row.getString(3)))
                .findOne());
    }

    @Override
    public byte @Nullable [] tile(int level, long index) {
        return database.read(
                handle -> handle.createQuery("select hashes from evidence_tile where level = :level and idx = :idx")
                        .bind("level", level)
                        .bind("idx", index)
                        .mapTo(byte[].class)
                        .findOne()
                        .orElse(null));
    }

    /** Writes what the sequencer folded after checkpoint {@code previous}, inside the journal's transaction. */
    static void save(
            Handle handle, long previous, Map<TileWriter.Place, byte[]> tiles, Checkpoint checkpoint, long signedAt) {
        // First, because it fails when another sequencer was here since we read the edge of the tree.
        handle.createUpdate("insert into evidence_checkpoint (size, previous, root, note, signed_at)"
                        + " values (:size, :previous, :root, :note, :at)")
                .bind("size", checkpoint.size())
                .bind("previous", previous)
                .bind("root", checkpoint.root())
                .bind("note", checkpoint.note())
                .bind("at", signedAt)
                .execute();
        var batch = handle.prepareBatch("insert into evidence_tile (level, idx, hashes) values (:level, :idx, :hashes)"
                + " on conflict (level, idx) do update set hashes = excluded.hashes");
        tiles.forEach((place, hashes) -> batch.bind("level", place.level())
                .bind("idx", place.index())
                .bind("hashes", hashes)
                .add());
        batch.execute();
    }
}
