package dev.countersign.evidence;

import java.nio.file.Path;
import java.util.Locale;

/** File names of tiles and entry bundles: C2SP tlog-tiles "Tile paths". */
final class TilePath {
    private TilePath() {}

    /** {@code tile/<kind>/<N>[.p/<width>]}; {@code kind} is a level or {@code entries}. */
    static Path of(Path root, String kind, long index, int width) {
        var name = new StringBuilder(String.format(Locale.ROOT, "%03d", index % 1000));
        for (var rest = index / 1000; rest > 0; rest /= 1000) {
            name.insert(0, String.format(Locale.ROOT, "x%03d/", rest % 1000));
        }
        if (width < Tiles.WIDTH) {
            name.append(".p/").append(width);
        }
        return root.resolve("tile").resolve(kind).resolve(name.toString());
    }

    /** Hashes in tile {@code index} of {@code level} in a tree of {@code size} leaves; 0 when there is no such tile. */
    static int width(int level, long index, long size) {
        var hashes = level * 8 >= Long.SIZE ? 0 : size >>> (level * 8);
        return Math.toIntExact(Math.clamp(hashes - index * Tiles.WIDTH, 0L, (long) Tiles.WIDTH));
    }

    /** How many tiles a tree of {@code size} leaves has on all levels. */
    static long count(long size) {
        var count = 0L;
        for (var hashes = size; hashes > 0; hashes /= Tiles.WIDTH) {
            count += (hashes + Tiles.WIDTH - 1) / Tiles.WIDTH;
        }
        return count;
    }
}
