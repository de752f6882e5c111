package dev.countersign.evidence;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Grows the tiles leaf by leaf and remembers which ones changed. Not thread-safe. */
final class TileWriter {
    private final Merkle merkle = new Merkle();
    private final List<ByteArrayOutputStream> edges = new ArrayList<>(); // the growing tile of each level
    private final List<Long> indices = new ArrayList<>(); // which tile of its level that is
    private final Map<Place, byte[]> changed = new LinkedHashMap<>();
    private final Set<Integer> touched = new HashSet<>(); // levels whose edge grew
    private long size;

    /** Continues a tree of {@code size} leaves whose tiles {@code source} has. */
    static TileWriter resume(Tiles.Source source, long size) {
        var writer = new TileWriter();
        writer.size = size;
        var hashes = size;
        for (var level = 0; hashes > 0; level++) {
            var edge = new ByteArrayOutputStream();
            var width = Math.toIntExact(hashes % Tiles.WIDTH);
            if (width > 0) {
                var tile = source.tile(level, hashes / Tiles.WIDTH);
                if (tile == null || tile.length < width * Merkle.HASH_BYTES) {
                    throw new IllegalStateException("The edge of tree level " + level + " is missing");
                }
                edge.write(tile, 0, width * Merkle.HASH_BYTES);
            }
            writer.edges.add(edge);
            writer.indices.add(hashes / Tiles.WIDTH);
            hashes /= Tiles.WIDTH;
        }
        return writer;
    }

    void append(byte[] leafHash) {
        append(0, leafHash);
        size++;
    }

    private void append(int level, byte[] hash) {
        if (level == edges.size()) {
            edges.add(new ByteArrayOutputStream());
            indices.add(0L);
        }
        var edge = edges.get(level);
        edge.writeBytes(hash);
        touched.add(level);
        if (edge.size() == Tiles.WIDTH * Merkle.HASH_BYTES) {
            var full = edge.toByteArray();
            changed.put(new Place(level, indices.get(level)), full);
            edge.reset();
            touched.remove(level);
            indices.set(level, indices.get(level) + 1);
            append(level + 1, Tiles.fold(merkle, full, 0, Tiles.WIDTH));
        }
    }

    long size() {
        return size;
    }

    /** The tiles that changed since the last call. */
    Map<Place, byte[]> takeChanged() {
        for (var level : touched) {
            changed.put(new Place(level, indices.get(level)), edges.get(level).toByteArray());
        }
        touched.clear();
        var taken = Map.copyOf(changed);
        changed.clear();
        return taken;
    }

    /** Where a tile stands. */
    record Place(int level, long index) {}
}
