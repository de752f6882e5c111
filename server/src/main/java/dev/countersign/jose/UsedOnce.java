package dev.countersign.jose;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Remembers, for all nodes, what may be used once only: ID tokens and client assertions, by hash. */
public final class UsedOnce {
    private UsedOnce() {}

    /** True when {@code hash} was used, and has not expired. */
    public static boolean isUsed(Handle handle, String hash) {
        return handle.createQuery("select count(*) from used_once where hash = :hash")
                        .bind("hash", hash)
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    /** True for the first use of {@code hash}; to be called inside a change. Forgets what has expired. */
    public static boolean use(Handle handle, String hash, Instant expiresAt, Instant now) {
        handle.createUpdate("delete from used_once where expires_at < :now")
                .bind("now", now.toEpochMilli())
                .execute();
        return handle.createUpdate(
                                "insert into used_once (hash, expires_at) values (:hash, :at) on conflict do nothing")
                        .bind("hash", hash)
                        .bind("at", expiresAt.toEpochMilli())
                        .execute()
                == 1;
    }
}
