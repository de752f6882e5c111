package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;

/** Bytes in pages: they grow without being copied, and no array is large. An entry never spans two pages. */
final class BytePages {
    /** Size of a page and so the largest entry, bytes. */
    static final int PAGE_BYTES = 1 << PageAddress.BITS;

    private final List<byte[]> pages = new ArrayList<>();
    private int used = PAGE_BYTES;

    /** Where the first {@code length} of {@code bytes} now are. Throws {@link IllegalArgumentException} for too many. */
    int append(byte[] bytes, int length) {
        if (length > PAGE_BYTES) {
            throw new IllegalArgumentException("an entity of more than " + PAGE_BYTES + " bytes");
        }
        if (used + length > PAGE_BYTES) {
            if (pages.size() > PageAddress.MAX_PAGE) {
                throw new IllegalArgumentException("more than 2 GiB of entities");
            }
            pages.add(new byte[PAGE_BYTES]);
            used = 0;
        }
        System.arraycopy(bytes, 0, pages.getLast(), used, length);
        var address = PageAddress.of(pages.size() - 1, used);
        used += length;
        return address;
    }

    byte[] page(int address) {
        return pages.get(PageAddress.page(address));
    }

    /** Bytes of heap. */
    long heapBytes() {
        return (long) pages.size() * PAGE_BYTES;
    }

    /** A page and a place in it, in one non-negative number. */
    static final class PageAddress {
        static final int BITS = 20;
        static final int MAX_PAGE = Integer.MAX_VALUE >> BITS;

        private PageAddress() {}

        static int of(int page, int offset) {
            return page << BITS | offset;
        }

        static int page(int address) {
            return address >> BITS;
        }

        static int offset(int address) {
            return address & ((1 << BITS) - 1);
        }
    }
}
