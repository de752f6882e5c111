package dev.countersign.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in memory: those in use as they are, all others as {@link SessionForm bytes}, so that a million idle ones are
 * less than 300 MB. What was dropped comes from the database again.
 *
 * <p>Both caches load and drop one key at a time. {@link #forget} drops the bytes first: whatever load of the other cache
 * still reads the old ones is waited for by the second drop.
 */
final class SessionCache {
    /** Sessions kept ready for use. */
    static final int MAX_READY = 16_384;

    /** Bytes of heap for each packed session, roughly: what the bench {@code sessions} measures. */
    static final int PACKED_BYTES = 300;

    /** Packed sessions kept, at most; and never more than a quarter of the heap holds. */
    static final int MAX_PACKED = 2_000_000;

    private final SessionForm form = new SessionForm();
    private final Cache<SessionId, Session> ready =
            Caffeine.newBuilder().maximumSize(MAX_READY).build();
    private final Cache<Key, byte[]> packed =
            Caffeine.newBuilder().maximumSize(packedLimit()).build();

    private static long packedLimit() {
        return Math.min(MAX_PACKED, Runtime.getRuntime().maxMemory() / 4 / PACKED_BYTES);
    }

    /** The session, by {@code load} when it is not here. */
    Optional<Session> find(SessionId id, Function<SessionId, Optional<Session>> load) {
        if (!Key.isExact(id)) {
            return load.apply(id); // not one of ours, and it would share its bits with one that is
        }
        return Optional.ofNullable(ready.get(id, wanted -> unpacked(wanted, load)));
    }

    private @Nullable Session unpacked(SessionId id, Function<SessionId, Optional<Session>> load) {
        var loaded = new Session[1]; // spares unpacking what was packed just now
        var bytes = packed.get(
                Key.of(id),
                key -> load.apply(id)
                        .map(session -> {
                            loaded[0] = session;
                            return form.pack(session);
                        })
                        .orElse(null));
        if (bytes == null) {
            return null;
        }
        return loaded[0] == null ? form.unpack(id, bytes) : loaded[0];
    }

    void forget(SessionId id) {
        packed.invalidate(Key.of(id));
        ready.invalidate(id);
    }

    /** The 128 bits of a session id. */
    private record Key(long high, long low) {
        /** The last of 22 characters in base64url has two of the 128 bits and four that are zero. */
        private static final String LAST = "AQgw";

        static boolean isExact(SessionId id) {
            return LAST.indexOf(id.value().charAt(id.value().length() - 1)) >= 0;
        }

        static Key of(SessionId id) {
            var bits = ByteBuffer.wrap(Base64.getUrlDecoder().decode(id.value().substring(SessionId.PREFIX.length())));
            return new Key(bits.getLong(), bits.getLong());
        }

        @Override
        public int hashCode() {
            return Long.hashCode(low); // random bits already
        }
    }
}
