package dev.countersign.webauthn;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.session.Person;
import dev.countersign.session.SessionId;
import dev.countersign.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Keeps credentials, each change with its evidence. */
final class CredentialStore {
    /** Authenticators of one person. */
    static final int MAX_PER_PERSON = 20;

    /** Longest credential id in base64url, characters: WebAuthn L3 §4 has at most 1023 bytes. */
    static final int MAX_ID = 1364;

    private final Database database;
    private final Journal journal;
    private final InstantSource clock;
    private final CredentialObserver observer;

    CredentialStore(Database database, Journal journal, InstantSource clock, CredentialObserver observer) {
        this.database = database;
        this.journal = journal;
        this.clock = clock;
        this.observer = observer;
    }

    /** Oldest first. */
    List<Credential> of(Person person) {
        return database.read(handle -> handle.createQuery(
                        "select * from webauthn_credential where person = :person order by created_at, id")
                .bind("person", person.id())
                .map((row, context) -> credential(row))
                .list());
    }

    Optional<Credential> find(Person person, String id) {
        return of(person).stream().filter(c -> c.id().equals(id)).findFirst();
    }

    /** Adds it. {@code asFirst}: only if the person has none, also when two requests race. */
    void add(Credential credential, boolean asFirst) {
        journal.commit((handle, evidence) -> {
            var count = count(handle, credential.person());
            if (asFirst && count > 0) {
                throw StepUp.needed();
            }
            if (count >= MAX_PER_PERSON) {
                throw Problem.conflict("too-many-authenticators", "A person has at most " + MAX_PER_PERSON);
            }
            var added = handle.createUpdate("""
                            insert into webauthn_credential
                                (id, person, aaguid, public_key, counter, backup_eligible, label, created_at)
                            values (:id, :person, :aaguid, :key, :counter, :eligible, :label, :now)
                            on conflict (id) do nothing
                            """)
                    .bind("id", credential.id())
                    .bind("person", credential.person().id())
                    .bind("aaguid", credential.aaguid())
                    .bind("key", credential.publicKey())
                    .bind("counter", credential.counter())
                    .bind("eligible", credential.backupEligible() ? 1 : 0)
                    .bind("label", credential.label())
                    .bind("now", credential.createdAt().toEpochMilli())
                    .execute();
            if (added == 0) { // WebAuthn L3 §7.1(26)
                throw Problem.conflict("already-registered", "This authenticator is already registered");
            }
            evidence.record(
                    Entry.of("authenticator.registered", credential.person().id())
                            .with("credential", credential.id())
                            .with("label", credential.label()));
            observer.changed(handle, evidence, credential.person(), "create");
            return credential;
        });
    }

    /** Has all of {@code person} wait, within the caller's change. Returns how many began to. */
    static int disown(Handle handle, Journal.Recorder evidence, Person person, Instant now) {
        var ids = handle.createQuery(
                        "select id from webauthn_credential where person = :person and disowned_at is null order by id")
                .bind("person", person.id())
                .mapTo(String.class)
                .list();
        handle.createUpdate("update webauthn_credential set disowned_at = :now where person = :person")
                .bind("now", now.toEpochMilli())
                .bind("person", person.id())
                .execute();
        if (!ids.isEmpty()) {
            evidence.record(Entry.of("authenticator.disowned", person.id()).with("credentials", ids));
        }
        return ids.size();
    }

    /** It waits no longer. Problem 409 when it was disowned once more, or removed, since it was looked at. */
    void again(Credential credential, SessionId session) {
        var since = credential.disownedAt();
        journal.commit((handle, evidence) -> {
            var done = handle.createUpdate("""
                            update webauthn_credential set disowned_at = null
                            where id = :id and person = :person and disowned_at = :since""")
                    .bind("id", credential.id())
                    .bind("person", credential.person().id())
                    .bind("since", since == null ? null : since.toEpochMilli())
                    .execute();
            if (done == 0) {
                throw Problem.conflict("authenticator-changed", "This authenticator has changed; look again");
            }
            evidence.record(Entry.of(
                            "authenticator.registered_again",
                            credential.person().id())
                    .with("credential", credential.id())
                    .with("session", session.value()));
            return done;
        });
    }

    /** Removes it; 404 unless it is {@code person}'s. */
    void remove(Person person, String id) {
        journal.commit((handle, evidence) -> {
            var removed = handle.createUpdate("delete from webauthn_credential where id = :id and person = :person")
                    .bind("id", id)
                    .bind("person", person.id())
                    .execute();
            if (removed == 0) {
                throw Problem.notFound("You have no such authenticator");
            }
            evidence.record(Entry.of("authenticator.removed", person.id()).with("credential", id));
            observer.changed(handle, evidence, person, "delete");
            return id;
        });
    }

    /** Moves the counter on, and the attempt is no failure. False when another use was faster or the counter did not grow (WebAuthn L3 §7.2(22)). */
    boolean used(Credential credential, long counter, String attempt) {
        return journal.commit((handle, evidence) -> {
            var moved = handle.createUpdate("""
                            update webauthn_credential set counter = :counter, last_used_at = :now
                            where id = :id and person = :person
                              and (counter < :counter or (counter = 0 and :counter = 0))
                            """)
                            .bind("counter", counter)
                            .bind("now", clock.millis())
                            .bind("id", credential.id())
                            .bind("person", credential.person().id())
                            .execute()
                    == 1;
            if (moved) {
                Refusals.forgive(handle, attempt);
                evidence.record(
                        Entry.of("authenticator.used", credential.person().id())
                                .with("credential", credential.id())
                                .with("counter", counter));
            }
            return moved;
        });
    }

    private static int count(Handle handle, Person person) {
        return handle.createQuery("select count(*) from webauthn_credential where person = :person")
                .bind("person", person.id())
                .mapTo(Integer.class)
                .one();
    }

    private static Credential credential(ResultSet row) throws SQLException {
        return new Credential(
                row.getString("id"),
                new Person(row.getString("person")),
                row.getBytes("aaguid"),
                row.getBytes("public_key"),
                row.getLong("counter"),
                row.getInt("backup_eligible") == 1,
                row.getString("label"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                time(row, "last_used_at"),
                time(row, "disowned_at"));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        var millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }
}
