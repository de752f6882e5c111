package dev.countersign.transaction;

import dev.countersign.session.Person;
import dev.countersign.session.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Numbers that wait, and wrong guesses. */
final class NumberStore {
    private NumberStore() {}

    /** In place of the one that waited before; forgets those that nobody answered. */
    static void put(Handle database, NumberChallenge challenge, Instant now) {
        database.createUpdate("delete from number_challenge where expires_at <= :now")
                .bind("now", now.toEpochMilli())
                .execute();
        database.createUpdate("""
                        insert into number_challenge (request, human, person, session, nonce, number, display, locale,
                            expires_at)
                        values (:request, :human, :person, :session, :nonce, :number, :display, :locale, :expires)
                        on conflict (request, human)
                            do update set person = excluded.person, session = excluded.session,
                                nonce = excluded.nonce, number = excluded.number, display = excluded.display,
                                locale = excluded.locale, expires_at = excluded.expires_at""")
                .bind("request", challenge.request())
                .bind("human", challenge.human().id())
                .bind("person", challenge.person().id())
                .bind("session", challenge.session().value())
                .bind("nonce", challenge.nonce().value())
                .bind("number", challenge.number())
                .bind("display", challenge.nonce().shown().display())
                .bind("locale", challenge.nonce().shown().locale())
                .bind("expires", challenge.expiresAt().toEpochMilli())
                .execute();
    }

    /** Once: it is gone, whatever is guessed. */
    static Optional<NumberChallenge> take(
            Handle database, String request, Person human, SessionId session, String nonce, Instant now) {
        return database.createQuery("""
                        delete from number_challenge
                        where request = :request and human = :human and session = :session and nonce = :nonce
                            and expires_at > :now
                        returning *""")
                .bind("request", request)
                .bind("human", human.id())
                .bind("session", session.value())
                .bind("nonce", nonce)
                .bind("now", now.toEpochMilli())
                .map(NumberStore::challenge)
                .findOne();
    }

    static List<NumberChallenge> waiting(Handle database, String request, Instant now) {
        return database.createQuery("""
                        select * from number_challenge where request = :request and expires_at > :now
                        order by expires_at, human""")
                .bind("request", request)
                .bind("now", now.toEpochMilli())
                .map(NumberStore::challenge)
                .list();
    }

    static void refused(Handle database, String request, Person human, Instant now) {
        database.createUpdate("insert into number_refused (request, human, at) values (:request, :human, :now)")
                .bind("request", request)
                .bind("human", human.id())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static int refusedOf(Handle database, Person human, String request) {
        return database.createQuery("select count(*) from number_refused where human = :human and request = :request")
                .bind("human", human.id())
                .bind("request", request)
                .mapTo(Integer.class)
                .one();
    }

    static int refusedSince(Handle database, Person human, Instant since) {
        return database.createQuery("select count(*) from number_refused where human = :human and at > :since")
                .bind("human", human.id())
                .bind("since", since.toEpochMilli())
                .mapTo(Integer.class)
                .one();
    }

    private static NumberChallenge challenge(ResultSet row, StatementContext context) throws SQLException {
        return new NumberChallenge(
                row.getString("request"),
                new Person(row.getString("human")),
                new Person(row.getString("person")),
                new SessionId(row.getString("session")),
                new Nonce(row.getString("nonce"), new Shown(row.getString("display"), row.getString("locale"))),
                row.getString("number"),
                Instant.ofEpochMilli(row.getLong("expires_at")));
    }
}
