package dev.countersign.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shelves by the entity they are filed under: open addressing, at most half full, name and shelf side by side. With
 * thousands of policies each look-up waits for memory, and a {@link java.util.HashMap} makes it wait once more.
 */
final class ShelfTable {
    private final @Nullable Object[] slots;
    private final int mask;
    private final boolean empty;

    ShelfTable(Map<EntityUid, ScopeIndex.Shelf> shelves) {
        var capacity = Integer.highestOneBit(Math.max(1, shelves.size())) * 4;
        slots = new @Nullable Object[2 * capacity];
        mask = capacity - 1;
        empty = shelves.isEmpty();
        shelves.forEach((entity, shelf) -> {
            var at = slot(entity);
            while (slots[at] != null) {
                at = next(at);
            }
            slots[at] = entity;
            slots[at + 1] = shelf;
        });
    }

    boolean isEmpty() {
        return empty;
    }

    ScopeIndex.@Nullable Shelf get(EntityUid entity) {
        for (var at = slot(entity); ; at = next(at)) {
            var key = slots[at];
            if (key == null) {
                return null;
            }
            if (entity.equals(key)) {
                return (ScopeIndex.Shelf) slots[at + 1];
            }
        }
    }

    /** Neighbouring names have neighbouring hashes: Fibonacci hashing spreads them. */
    private int slot(EntityUid entity) {
        var spread = entity.hashCode() * 0x9E3779B9;
        return 2 * ((spread ^ (spread >>> 16)) & mask);
    }

    private int next(int at) {
        return (at + 2) & (slots.length - 1);
    }
}
