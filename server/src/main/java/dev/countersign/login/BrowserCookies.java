package dev.countersign.login;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.store.Database;
import java.time.InstantSource;
import java.util.Optional;

/** Which session a browser's cookie stands for. */
final class BrowserCookies {
    private final Database database;
    private final Journal journal;
    private final InstantSource clock;

    BrowserCookies(Database database, Journal journal, InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.clock = clock;
    }

    void remember(String cookie, Session session) {
        var now = clock.millis();
        journal.commit((handle, evidence) -> {
            handle.execute("delete from browser_cookie where expires_at <= ?", now);
            evidence.record(Entry.of("login.succeeded", session.id().value())
                    .with("issuer", session.issuer())
                    .with("principal", session.principal().toString()));
            return handle.execute(
                    "insert into browser_cookie (cookie_hash, session, expires_at) values (?, ?, ?)",
                    Opaque.hash(cookie),
                    session.id().value(),
                    session.expiresAt().toEpochMilli());
        });
    }

    Optional<SessionId> find(String cookie) {
        return database.read(handle -> handle.select(
                        "select session from browser_cookie where cookie_hash = ? and expires_at > ?",
                        Opaque.hash(cookie),
                        clock.millis())
                .map((row, context) -> new SessionId(row.getString("session")))
                .findOne());
    }

    void forget(String cookie, SessionId session) {
        journal.commit((handle, evidence) -> {
            evidence.record(Entry.of("login.ended", session.value()));
            return handle.execute("delete from browser_cookie where cookie_hash = ?", Opaque.hash(cookie));
        });
    }
}
