package dev.countersign.notification;

import dev.countersign.session.Person;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Channels and preferences of people. */
final class ChannelStore {
    private ChannelStore() {}

    static List<Channel> of(Handle database, Person person) {
        return database.createQuery("select * from notification_channel where person = :person order by created_at, id")
                .bind("person", person.id())
                .map((row, context) -> channel(row))
                .list();
    }

    static Optional<Channel> find(Handle database, String id) {
        return database.createQuery("select * from notification_channel where id = :id")
                .bind("id", id)
                .map((row, context) -> channel(row))
                .findOne();
    }

    /** People who can be told of anything, with the groups of their newest session, as the identity provider vouched for them. */
    static List<Reachable> reachable(Handle database) {
        return database.createQuery("""
                        select person, (select group_names from session where session.person = reached.person
                            order by started_at desc limit 1) as group_names
                        from (select distinct person from notification_channel where confirmed_at is not null) as reached
                        order by person""")
                .map((row, context) -> new Reachable(new Person(row.getString("person")), row.getString("group_names")))
                .list();
    }

    static boolean anyone(Handle database) {
        return database.createQuery("select 1 from notification_channel where confirmed_at is not null limit 1")
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** Codes that {@code person} caused, or that were sent to {@code address}, since {@code since}; older ones are forgotten. */
    static int codes(Handle database, Person person, String address, Instant since) {
        database.createUpdate("delete from notification_code where at <= :since")
                .bind("since", since.toEpochMilli())
                .execute();
        return database.createQuery("""
                        select max(sent) from (
                            select count(*) as sent from notification_code where person = :person
                            union all select count(*) from notification_code where address = :address) as codes""")
                .bind("person", person.id())
                .bind("address", address)
                .mapTo(Integer.class)
                .one();
    }

    static void sendsCode(Handle database, Person person, String address, Instant now) {
        database.createUpdate("insert into notification_code (person, address, at) values (:person, :address, :now)")
                .bind("person", person.id())
                .bind("address", address)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static void insert(
            Handle database, Channel channel, @Nullable String code, @Nullable Instant codeExpires, Instant now) {
        database.createUpdate("""
                        insert into notification_channel (id, person, kind, address, public_key, auth, code, code_expires_at,
                            guesses, confirmed_at, created_at)
                        values (:id, :person, :kind, :address, :key, :auth, :code, :expires, 0, :confirmed, :now)
                        on conflict (person, kind, address) do update set public_key = :key, auth = :auth""")
                .bind("id", channel.id())
                .bind("person", channel.person().id())
                .bind("kind", channel.kind().name().toLowerCase(Locale.ROOT))
                .bind("address", channel.address())
                .bind("key", channel.publicKey())
                .bind("auth", channel.auth())
                .bind("code", code)
                .bind("expires", codeExpires == null ? null : codeExpires.toEpochMilli())
                .bind("confirmed", channel.confirmed() ? now.toEpochMilli() : null)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** One more guess at the code; false when there are none left, or no time. */
    static boolean guess(Handle database, String id, Person person, int most, Instant now) {
        return database.createUpdate("""
                        update notification_channel set guesses = guesses + 1
                        where id = :id and person = :person and confirmed_at is null and guesses < :most
                            and code_expires_at > :now""")
                        .bind("id", id)
                        .bind("person", person.id())
                        .bind("most", most)
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    static boolean confirm(Handle database, String id, String code, Instant now) {
        return database.createUpdate(
                                "update notification_channel set confirmed_at = :now, code = null where id = :id and code = :code")
                        .bind("now", now.toEpochMilli())
                        .bind("id", id)
                        .bind("code", code)
                        .execute()
                == 1;
    }

    static boolean remove(Handle database, String id, Person person) {
        var removed = database.createUpdate("delete from notification_channel where id = :id and person = :person")
                        .bind("id", id)
                        .bind("person", person.id())
                        .execute()
                == 1;
        if (removed) {
            database.createUpdate("update notification set due_at = null where target = :id")
                    .bind("id", id)
                    .execute();
        }
        return removed;
    }

    static Preferences preferences(Handle database, Person person) {
        return database.createQuery("select * from notification_preference where person = :person")
                .bind("person", person.id())
                .map((row, context) -> new Preferences(
                        time(row, "quiet_from"),
                        time(row, "quiet_until"),
                        ZoneId.of(row.getString("zone")),
                        row.getInt("urgent") == 1))
                .findOne()
                .orElse(Preferences.STANDARD);
    }

    static void prefer(Handle database, Person person, Preferences preferences) {
        database.createUpdate("""
                        insert into notification_preference (person, quiet_from, quiet_until, zone, urgent)
                        values (:person, :from, :until, :zone, :urgent)
                        on conflict (person) do update set quiet_from = :from, quiet_until = :until, zone = :zone, urgent = :urgent""")
                .bind("person", person.id())
                .bind("from", minutes(preferences.from()))
                .bind("until", minutes(preferences.until()))
                .bind("zone", preferences.zone().getId())
                .bind("urgent", preferences.urgent() ? 1 : 0)
                .execute();
    }

    private static @Nullable Integer minutes(@Nullable LocalTime time) {
        return time == null ? null : time.toSecondOfDay() / 60;
    }

    private static @Nullable LocalTime time(ResultSet row, String column) throws SQLException {
        var minutes = row.getInt(column);
        return row.wasNull() ? null : LocalTime.ofSecondOfDay(minutes * 60L);
    }

    private static Channel channel(ResultSet row) throws SQLException {
        return new Channel(
                row.getString("id"),
                new Person(row.getString("person")),
                Channel.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("address"),
                row.getString("public_key"),
                row.getString("auth"),
                row.getObject("confirmed_at") != null);
    }

    /** @param groups JSON array, or null when no session of the person's is known */
    record Reachable(Person person, @Nullable String groups) {}
}
