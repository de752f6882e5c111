package dev.countersign.policy;

import dev.countersign.policy.ScopeIndex.Shelf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shelves by the entity they are filed under: open addressing, at most half full. With thousands of policies each look-up
 * waits for memory. A key here is a piece of one long text: a slot tells where, so that a look-up reads one slot and one
 * place of that text, where a map of names would lead from its node to a name, to a string, to bytes.
 */
final class ShelfTable {
    /** Ends a key in the text: no name of an entity type has one, and what follows a longer id is not its type. */
    private static final char END = '\n';

    private static final int HASH = 0;
    private static final int BEGIN = 1;
    private static final int ID_LENGTH = 2;

    /** Number of the shelf; 0: the slot is empty. */
    private static final int SHELF = 3;

    private static final int SLOT = 4;

    private final int[] slots;
    private final String keys;
    private final @Nullable Shelf[] shelves;
    private final int mask;

    ShelfTable(Map<EntityUid, Shelf> filed) {
        var capacity = Integer.highestOneBit(Math.max(1, filed.size())) * 4;
        slots = new int[SLOT * capacity];
        mask = capacity - 1;
        shelves = new @Nullable Shelf[filed.size() + 1];
        var text = new StringBuilder();
        var number = 0;
        for (var entry : filed.entrySet()) {
            var entity = entry.getKey();
            var at = slot(entity);
            while (slots[at + SHELF] != 0) {
                at = next(at);
            }
            shelves[++number] = entry.getValue();
            slots[at + HASH] = entity.hashCode();
            slots[at + BEGIN] = text.length();
            slots[at + ID_LENGTH] = entity.id().length();
            slots[at + SHELF] = number;
            text.append(entity.id()).append(entity.type()).append(END);
        }
        keys = text.toString();
    }

    boolean isEmpty() {
        return shelves.length == 1;
    }

    @Nullable
    Shelf get(EntityUid entity) {
        for (var at = slot(entity); ; at = next(at)) {
            var number = slots[at + SHELF];
            if (number == 0) {
                return null;
            }
            if (slots[at + HASH] == entity.hashCode() && isKey(entity, at)) {
                return shelves[number];
            }
        }
    }

    private boolean isKey(EntityUid entity, int at) {
        var begin = slots[at + BEGIN];
        var length = slots[at + ID_LENGTH];
        var id = entity.id();
        var type = entity.type();
        return id.length() == length
                && keys.startsWith(id, begin)
                && keys.startsWith(type, begin + length)
                && keys.charAt(begin + length + type.length()) == END;
    }

    /** Neighbouring names have neighbouring hashes: Fibonacci hashing spreads them. */
    private int slot(EntityUid entity) {
        var spread = entity.hashCode() * 0x9E3779B9;
        return SLOT * ((spread ^ (spread >>> 16)) & mask);
    }

    private int next(int at) {
        return (at + SLOT) & (slots.length - 1);
    }
}
