package dev.countersign.session;

import dev.countersign.http.Problem;
import dev.countersign.session.NamedSessions.Account;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Accounts that may not begin sessions, as their providers told us. Inside the caller's change. */
final class AccountBounds {
    private AccountBounds() {}

    /** Refuses a login of a blocked account, and one from before its credentials were given up. Problem 403. */
    static void requireFree(Handle handle, String issuer, ProviderAccount account, Instant authenticatedAt) {
        var blocked = handle.createQuery("""
                        select count(*) from account_bound
                        where issuer = :issuer and (blocked = 1 or not_before > :at)
                            and (kind = 'SUB' and value = :subject or kind = 'EMAIL' and value = :email)""")
                .bind("issuer", issuer)
                .bind("subject", account.subject())
                .bind("email", account.email() == null ? "" : account.email())
                .bind("at", authenticatedAt.toEpochMilli())
                .mapTo(Long.class)
                .one();
        if (blocked > 0) {
            throw new Problem(403, "account-blocked", "The identity provider does not vouch for this login any more");
        }
    }

    static void block(Handle handle, Account account, Instant since, String reason) {
        put(handle, account, 1, null, since, reason);
    }

    /** Seconds, as {@code auth_time} has: who logs in anew in the second of the event gets in. */
    static void refuseBefore(Handle handle, Account account, Instant since, String reason) {
        put(handle, account, 0, since.truncatedTo(ChronoUnit.SECONDS).toEpochMilli(), since, reason);
    }

    private static void put(
            Handle handle, Account account, int blocked, @Nullable Long notBefore, Instant since, String reason) {
        handle.createUpdate("""
                        insert into account_bound (issuer, kind, value, blocked, not_before, reason, since)
                        values (:issuer, :kind, :value, :blocked, :before, :reason, :since)
                        on conflict (issuer, kind, value) do update set
                            blocked = case when excluded.blocked = 1 then 1 else account_bound.blocked end,
                            not_before = coalesce(excluded.not_before, account_bound.not_before),
                            reason = excluded.reason,
                            since = case when excluded.since > account_bound.since
                                then excluded.since else account_bound.since end""")
                .bind("issuer", account.issuer())
                .bind("kind", account.kind().name())
                .bind("value", account.value())
                .bind("blocked", blocked)
                .bind("before", notBefore)
                .bind("reason", reason)
                .bind("since", since.toEpochMilli())
                .execute();
    }

    /** An older word does not lift a newer one: signals may overtake one another. */
    static boolean unblock(Handle handle, Account account, Instant since) {
        return handle.createUpdate("""
                        update account_bound set blocked = 0
                        where issuer = :issuer and kind = :kind and value = :value and blocked = 1 and since <= :since""")
                        .bind("issuer", account.issuer())
                        .bind("kind", account.kind().name())
                        .bind("value", account.value())
                        .bind("since", since.toEpochMilli())
                        .execute()
                == 1;
    }
}
