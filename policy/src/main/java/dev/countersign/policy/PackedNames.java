package dev.countersign.policy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Entity names, each kept once as bytes and known by a number from 0 on: an open-addressing hash table over pages. */
final class PackedNames {
    private static final int FIRST_CAPACITY = 1_024;
    private static final int SPREAD = 0x9e3779b9;

    private final PackedWords words;
    private final BytePages pages;
    private final PackedWriter writer;
    private int[] addresses = new int[FIRST_CAPACITY / 2];
    private int[] hashes = new int[FIRST_CAPACITY / 2];
    private int[] table = new int[FIRST_CAPACITY];
    private int size;

    PackedNames(PackedWords words, BytePages pages) {
        this.words = words;
        this.pages = pages;
        this.writer = new PackedWriter(words, uid -> {
            throw new IllegalStateException("names hold no entities");
        });
    }

    int size() {
        return size;
    }

    /** The number of {@code uid}, or -1. */
    int find(EntityUid uid) {
        var at = slot(uid, uid.id().getBytes(StandardCharsets.UTF_8));
        return table[at] - 1;
    }

    /** The number of {@code uid}, a new one if it had none. */
    int intern(EntityUid uid) {
        var at = slot(uid, uid.id().getBytes(StandardCharsets.UTF_8));
        if (table[at] != 0) {
            return table[at] - 1;
        }
        if (size == addresses.length) {
            grow();
            at = slot(uid, uid.id().getBytes(StandardCharsets.UTF_8));
        }
        writer.clear();
        writer.word(uid.type());
        writer.text(uid.id());
        addresses[size] = pages.append(writer.bytes(), writer.length());
        hashes[size] = uid.hashCode();
        table[at] = ++size;
        return size - 1;
    }

    EntityUid name(int number) {
        var reader = reader(number);
        var type = reader.word();
        return new EntityUid(type, reader.text());
    }

    /** Gives back what only growth needs. */
    void trim() {
        addresses = Arrays.copyOf(addresses, size);
        hashes = Arrays.copyOf(hashes, size);
    }

    long heapBytes() {
        return 4L * (addresses.length + hashes.length + table.length);
    }

    /** Where {@code uid} is in the table, or the free place where it would be. */
    private int slot(EntityUid uid, byte[] id) {
        var hash = uid.hashCode();
        var mask = table.length - 1;
        for (var at = spread(hash) & mask; ; at = at + 1 & mask) {
            var number = table[at] - 1;
            if (number < 0 || (hashes[number] == hash && isNamed(number, uid.type(), id))) {
                return at;
            }
        }
    }

    private boolean isNamed(int number, String type, byte[] id) {
        var reader = reader(number);
        return reader.word().equals(type) && reader.isText(id);
    }

    private PackedReader reader(int number) {
        var address = addresses[number];
        return new PackedReader(pages.page(address), BytePages.PageAddress.offset(address), words, this::name);
    }

    private void grow() {
        addresses = Arrays.copyOf(addresses, 2 * size);
        hashes = Arrays.copyOf(hashes, 2 * size);
        var larger = new int[2 * table.length];
        for (var number = 0; number < size; number++) {
            var at = spread(hashes[number]) & larger.length - 1;
            while (larger[at] != 0) {
                at = at + 1 & larger.length - 1;
            }
            larger[at] = number + 1;
        }
        table = larger;
    }

    private static int spread(int hash) {
        var mixed = hash * SPREAD;
        return mixed ^ mixed >>> 15;
    }
}
