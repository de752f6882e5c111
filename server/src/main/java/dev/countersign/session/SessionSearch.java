package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.store.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds sessions, newest first. A page costs a bounded number of rows however many sessions there are and whatever is asked:
 * the narrowest criterion with an index leads, the others are looked at row by row, and after {@link #MAX_SCANNED} rows the
 * page ends where it is.
 */
public final class SessionSearch {
    /** Sessions on a page. */
    public static final int PAGE = 50;

    /** Rows that are looked at for one page. */
    public static final int MAX_SCANNED = 2_000;

    /** Rows that are read at once. */
    static final int CHUNK = 250;

    private final Database database;

    SessionSearch(Database database) {
        this.database = database;
    }

    /** The page after {@code after}, or the first. */
    public Page find(Criteria criteria, @Nullable Position after, Instant now) {
        var found = new ArrayList<Seen>();
        var scanned = 0;
        var position = after;
        while (true) {
            var chunk = chunk(criteria, position);
            for (var row : chunk) {
                scanned++;
                position = Position.of(row.session());
                if (criteria.admits(row.session(), now)) {
                    found.add(row);
                }
                if (found.size() == PAGE || scanned == MAX_SCANNED) {
                    return new Page(found, position, scanned);
                }
            }
            if (chunk.size() < CHUNK) {
                return new Page(found, null, scanned);
            }
        }
    }

    /** Those of {@code person} that have not ended, newest first, at most {@link SessionStore#MAX_SESSIONS}. */
    public List<Seen> of(Person person, Instant now) {
        return database.read(handle -> handle.createQuery("""
                        select * from session
                        where person = :person and state <> 'ENDED' and expires_at > :now and idle_expires_at > :now
                        order by started_at desc, id desc limit :max""")
                .bind("person", person.id())
                .bind("now", now.toEpochMilli())
                .bind("max", SessionStore.MAX_SESSIONS)
                .map((row, context) -> SessionStore.seen(row))
                .list());
    }

    private List<Seen> chunk(Criteria criteria, @Nullable Position after) {
        var lead = criteria.lead();
        return database.read(handle -> {
            var query = handle.createQuery("select * from session where " + lead.sql
                            + (after == null ? "" : " and (started_at, id) < (:at, :id)")
                            + (criteria.since() == null ? "" : " and started_at >= :since")
                            + " order by started_at desc, id desc limit :limit")
                    .bind("limit", CHUNK);
            var value = lead.value(criteria);
            if (value != null) {
                query.bind("value", value);
            }
            if (criteria.since() != null) {
                query.bind("since", criteria.since().toEpochMilli());
            }
            if (after != null) {
                query.bind("at", after.startedAt().toEpochMilli())
                        .bind("id", after.id().value());
            }
            return query.map((row, context) -> SessionStore.seen(row)).list();
        });
    }

    /**
     * What is looked for; null: anything. Texts are compared whole.
     *
     * @param principal the id without its kind
     * @param address that it was started from
     * @param key thumbprint of its key or hash of its certificate
     * @param since started then or later
     */
    public record Criteria(
            @Nullable String principal,
            @Nullable String person,
            @Nullable String client,
            @Nullable String address,
            @Nullable String key,
            @Nullable Standing state,
            @Nullable Instant since) {
        /** Everything. */
        public static final Criteria ANY = new Criteria(null, null, null, null, null, null, null);

        private boolean admits(Session session, Instant now) {
            return is(principal, session.principal().id())
                    && is(person, session.person().id())
                    && is(client, session.client())
                    && is(address, session.startedFrom())
                    && is(key, SessionStore.key(session.binding()))
                    && (state == null || state == Standing.of(session, now));
        }

        private static boolean is(@Nullable String wanted, @Nullable String found) {
            return wanted == null || wanted.equals(found);
        }

        /** The criterion that usually leaves the fewest. */
        private Lead lead() {
            for (var lead : Lead.values()) {
                if (lead.value(this) != null) {
                    return lead;
                }
            }
            return state == Standing.SUSPENDED ? Lead.SUSPENDED : Lead.ANY;
        }
    }

    /** What leads, the narrowest first; each has its index. */
    private enum Lead {
        KEY("binding_key = :value"),
        PRINCIPAL("principal = :value"),
        PERSON("person = :value"),
        ADDRESS("started_from = :value"),
        CLIENT("client = :value"),
        SUSPENDED("state = 'SUSPENDED'"),
        ANY("1 = 1");

        private final String sql;

        Lead(String sql) {
            this.sql = sql;
        }

        private @Nullable String value(Criteria criteria) {
            return switch (this) {
                case KEY -> criteria.key();
                case PRINCIPAL -> criteria.principal();
                case PERSON -> criteria.person();
                case ADDRESS -> criteria.address();
                case CLIENT -> criteria.client();
                case SUSPENDED, ANY -> null;
            };
        }
    }

    /** How a session stands at a moment: its state, and whether its time is over. */
    public enum Standing {
        ACTIVE,
        SUSPENDED,
        ENDED,
        /** Nobody ended it, but its idle or absolute time is over. */
        EXPIRED;

        /** Of {@code session} at {@code now}. */
        public static Standing of(Session session, Instant now) {
            return switch (session.state()) {
                case ENDED -> ENDED;
                case ACTIVE, SUSPENDED ->
                    PresentedCheck.hasEnded(session, now)
                            ? EXPIRED
                            : session.state() == SessionState.ACTIVE ? ACTIVE : SUSPENDED;
            };
        }
    }

    /**
     * A session with what only people look at.
     *
     * @param lastUsedAt to within a twentieth of its idle time
     * @param key thumbprint of its key or hash of its certificate; null: it has none
     */
    public record Seen(
            Session session, Instant lastUsedAt, @Nullable String key) {
        public Seen {
            requireNonNull(session);
            requireNonNull(lastUsedAt);
        }
    }

    /** A place in the order; the next page begins after it. */
    public record Position(Instant startedAt, SessionId id) {
        static Position of(Session session) {
            return new Position(session.startedAt(), session.id());
        }
    }

    /**
     * @param next where to go on, or null when this is all
     * @param scanned rows that were looked at
     */
    public record Page(List<Seen> sessions, @Nullable Position next, int scanned) {
        public Page {
            sessions = List.copyOf(sessions);
        }
    }
}
