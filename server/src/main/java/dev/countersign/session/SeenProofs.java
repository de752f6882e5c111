package dev.countersign.session;

import java.util.Arrays;

/** A set of 128-bit hashes that only grows, up to a bound: 16 bytes a slot, in stripes that are locked one at a time. */
final class SeenProofs {
    private static final int STRIPES = 64;
    private static final int FIRST_SLOTS = 16;

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final int maxPerStripe;

    /** @param max about how many hashes it holds */
    SeenProofs(int max) {
        maxPerStripe = Math.max(1, max / STRIPES);
        Arrays.setAll(stripes, i -> new Stripe());
    }

    /** Adds the hash {@code high, low}; of concurrent callers with the same one, one gets {@link Added#FIRST}. */
    Added add(long high, long low) {
        var marked = low == 0 && high == 0 ? 1 : low; // zero marks a free slot
        return stripes[(int) (high & (STRIPES - 1))].add(high, marked, maxPerStripe);
    }

    /** What came of adding. */
    enum Added {
        FIRST,
        SEEN,
        FULL
    }

    /** Open addressing, at most half full. Guarded by its own monitor. */
    private static final class Stripe {
        private long[] slots = new long[2 * FIRST_SLOTS];
        private int count;

        synchronized Added add(long high, long low, int max) {
            var at = find(slots, high, low);
            if (!isFree(slots, at)) {
                return Added.SEEN;
            }
            if (count >= max) {
                return Added.FULL;
            }
            put(slots, at, high, low);
            count++;
            if (4 * count > slots.length) {
                grow();
            }
            return Added.FIRST;
        }

        private void grow() {
            var larger = new long[2 * slots.length];
            for (var at = 0; at < slots.length; at += 2) {
                if (!isFree(slots, at)) {
                    put(larger, find(larger, slots[at], slots[at + 1]), slots[at], slots[at + 1]);
                }
            }
            slots = larger;
        }

        /** The place of the hash, or the free one where it goes. */
        private static int find(long[] slots, long high, long low) {
            var mask = slots.length / 2 - 1;
            var slot = (int) (low ^ (high >>> 32)) & mask;
            while (!isFree(slots, 2 * slot) && (slots[2 * slot] != high || slots[2 * slot + 1] != low)) {
                slot = (slot + 1) & mask;
            }
            return 2 * slot;
        }

        private static boolean isFree(long[] slots, int at) {
            return slots[at] == 0 && slots[at + 1] == 0;
        }

        private static void put(long[] slots, int at, long high, long low) {
            slots[at] = high;
            slots[at + 1] = low;
        }
    }
}
