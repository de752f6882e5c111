package dev.countersign.transaction;

import dev.countersign.session.Person;
import dev.countersign.store.Database.Engine;
import dev.countersign.transaction.History.Past;
import dev.countersign.transaction.History.Sums;
import dev.countersign.transaction.History.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What people had permitted. */
final class HistoryStore {
    /** Sums are made of two parts, so that no database overflows. */
    private static final long PART = 100_000_000;

    /** Namespace of the advisory locks on people. */
    private static final int LOCK = 0x68697374;

    private HistoryStore() {}

    /** What {@code human} had permitted, and {@code transaction} as one more that nobody else signed. */
    static History of(Handle database, Person human, Transaction transaction, Instant now) {
        var moved = transaction.moved();
        var rows = database.createQuery("""
                        select age, unapproved, sum(case when type = :type then 1 else 0 end) as transactions,
                            sum(case when currency = :currency then amount / :part else 0 end) as high,
                            sum(case when currency = :currency then amount % :part else 0 end) as low
                        from (
                            select type, unapproved, currency, amount,
                                case when issued_at > :hour then 'HOUR' when issued_at > :day then 'DAY' else 'WEEK' end as age
                            from receipt
                            where human = :human and issued_at > :week
                                and (outcome is null or outcome not in ('failed', 'not_executed'))
                        ) as past
                        group by age, unapproved""")
                .bind("human", human.id())
                .bind("type", transaction.type())
                .bind("currency", moved == null ? "" : moved.currency())
                .bind("part", PART)
                .bind("hour", since(Window.HOUR, now))
                .bind("day", since(Window.DAY, now))
                .bind("week", since(Window.WEEK, now))
                .map((row, context) -> group(row))
                .list();
        var windows = new EnumMap<Window, Past>(Window.class);
        for (var window : Window.values()) {
            windows.put(window, past(rows, window, moved));
        }
        return new History(windows);
    }

    /**
     * Keeps others from permitting anything of {@code human}'s until this database transaction ends. False when somebody
     * else does just now: waiting here would make everybody in this commit wait. SQLite has one writer.
     */
    static boolean isAlone(Handle database, Engine engine, Person human) {
        return engine == Engine.SQLITE
                || database.createQuery("select pg_try_advisory_xact_lock(:namespace, :human)")
                        .bind("namespace", LOCK)
                        .bind("human", human.id().hashCode())
                        .mapTo(Boolean.class)
                        .one();
    }

    private static long since(Window window, Instant now) {
        return now.minus(window.length()).toEpochMilli();
    }

    private static Group group(ResultSet row) throws SQLException {
        return new Group(
                Window.valueOf(row.getString("age")),
                row.getInt("unapproved") == 1,
                row.getLong("transactions"),
                row.getLong("high"),
                row.getLong("low"));
    }

    private static Past past(List<Group> groups, Window window, @Nullable Moved moved) {
        var count = 1L;
        var unapproved = 1L;
        var amount = new Sum(moved);
        var unapprovedAmount = new Sum(moved);
        for (var group : groups) {
            if (group.age().compareTo(window) > 0) {
                continue;
            }
            count += group.transactions();
            amount.add(group);
            if (group.unapproved()) {
                unapproved += group.transactions();
                unapprovedAmount.add(group);
            }
        }
        return new Past(
                count, unapproved, moved == null ? null : new Sums(amount.bounded(), unapprovedAmount.bounded()));
    }

    /** @param age the shortest window that it is in */
    private record Group(Window age, boolean unapproved, long transactions, long high, long low) {}

    private static final class Sum {
        private long high;
        private long low;

        Sum(@Nullable Moved first) {
            if (first != null) {
                high = first.tenThousandths() / PART;
                low = first.tenThousandths() % PART;
            }
        }

        void add(Group group) {
            high += group.high();
            low += group.low();
        }

        long bounded() {
            var whole = high + low / PART;
            return whole >= Long.MAX_VALUE / PART ? Long.MAX_VALUE : whole * PART + low % PART;
        }
    }
}
