package dev.countersign.transaction;

import dev.countersign.http.Json;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.transaction.AccessRequest.State;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Reads what figures are made of. Nothing is written for them but the time at which a request ended. */
final class PromptedStore {
    private PromptedStore() {}

    /** The newest requests that were opened since then, as they stand at {@code now}. */
    static List<Prompted> since(Handle database, Instant since, Instant now, Groups groups, int limit) {
        var signed = signed(database, since, groups);
        return database.createQuery("""
                        select id, person, needs, state, ended_by, disowned, created_at, ended_at, expires_at
                        from access_request where created_at > :since order by created_at desc limit :limit""")
                .bind("since", since.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> {
                    var requester = groups.one(new Person(row.getString("person")));
                    var state = State.valueOf(row.getString("state").toUpperCase(Locale.ROOT));
                    var endedBy = row.getString("ended_by");
                    var by = state == State.DENIED && endedBy != null ? groups.one(new Person(endedBy)) : null;
                    var expires = row.getLong("expires_at");
                    var ended = row.getLong("ended_at");
                    return new Prompted(
                            row.getString("id"),
                            requester,
                            NeedsJson.read(Json.MAPPER.readTree(row.getString("needs"))),
                            state == State.OPEN && expires <= now.toEpochMilli() ? State.EXPIRED : state,
                            by,
                            row.getInt("disowned") == 1,
                            Instant.ofEpochMilli(row.getLong("created_at")),
                            Instant.ofEpochMilli(ended == 0 ? Math.min(expires, now.toEpochMilli()) : ended),
                            signed.getOrDefault(row.getString("id"), Map.of()));
                })
                .list();
    }

    private static Map<String, Map<Person, Instant>> signed(Handle database, Instant since, Groups groups) {
        var signed = new HashMap<String, Map<Person, Instant>>();
        database.createQuery("""
                        select a.request, a.person, min(a.signed_at) as first
                        from access_request r join approval a on a.request = r.id
                        where r.created_at > :since group by a.request, a.person""")
                .bind("since", since.toEpochMilli())
                .map((row, context) -> signed.computeIfAbsent(row.getString("request"), request -> new HashMap<>())
                        .merge(
                                groups.one(new Person(row.getString("person"))),
                                Instant.ofEpochMilli(row.getLong("first")),
                                (one, other) -> one.isBefore(other) ? one : other))
                .list();
        return signed;
    }

    /** Everybody who was logged in since then, with the groups that were vouched for when they last did, of each account. */
    static Map<Person, Set<String>> members(Handle database, Instant since, Groups groups) {
        var newest = new HashMap<String, Set<String>>();
        database.createQuery("""
                        select person, group_names, max(started_at) as newest from session
                        where principal_kind = :user and started_at > :since
                        group by person, group_names order by newest""")
                .bind("user", Principal.Kind.USER.name())
                .bind("since", since.toEpochMilli())
                .map((row, context) -> newest.put(row.getString("person"), names(row.getString("group_names"))))
                .list();
        var members = new HashMap<Person, Set<String>>();
        newest.forEach(
                (account, names) -> members.computeIfAbsent(groups.one(new Person(account)), person -> new HashSet<>())
                        .addAll(names));
        return members;
    }

    private static Set<String> names(String json) {
        var names = new HashSet<String>();
        Json.MAPPER.readTree(json).forEach(name -> names.add(name.stringValue()));
        return names;
    }
}
