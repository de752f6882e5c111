package dev.countersign.offline;

import dev.countersign.OfflineSettings;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.session.Person;
import dev.countersign.session.Session;
import dev.countersign.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/**
 * Confirms that a key which somebody enrolled is the one in their device, by its fingerprint as the device shows it. The page does not
 * show it: who confirms has seen the device.
 */
final class SecondPerson {
    /** Digits that are compared: making a key with the same ones is work of 2^80. */
    static final int DIGITS = 20;

    /** Most keys listed. */
    static final int MAX_LISTED = 200;

    private final OfflineSettings settings;
    private final Colleagues colleagues;
    private final OfflineKeys keys;
    private final Database database;
    private final Journal journal;
    private final InstantSource clock;

    SecondPerson(
            OfflineSettings settings,
            Colleagues colleagues,
            OfflineKeys keys,
            Database database,
            Journal journal,
            InstantSource clock) {
        this.settings = settings;
        this.colleagues = colleagues;
        this.keys = keys;
        this.database = database;
        this.journal = journal;
        this.clock = clock;
    }

    /** True when the session's person confirms keys of others. */
    boolean isOne(Session session) {
        var group = settings.confirmers();
        return group != null && colleagues.isIn(session.groups(), group);
    }

    /** Keys of others that wait. */
    List<OfflineKey> waiting(Session session) {
        return database.read(handle -> OfflineKeyStore.waiting(handle, MAX_LISTED)).stream()
                .filter(key -> !isSame(session.person(), key.person()))
                .toList();
    }

    /**
     * Lets the key sign from now on. Throws Problem 404 for whoever is no second person and when no such key waits, 403 for the owner
     * under any name, and for another fingerprint.
     */
    void confirm(Session session, String id, String typed) {
        if (!isOne(session)) {
            throw Problem.notFound("There is no such key");
        }
        var now = clock.instant();
        var key = database.read(handle -> OfflineKeyStore.waiting(handle, id))
                .orElseThrow(() -> Problem.notFound("There is no such key"));
        if (isSame(session.person(), key.person())) {
            throw refused(session, key, "Somebody else must confirm a key of yours");
        }
        if (!isFingerprint(keys.fingerprint(key), typed)) {
            throw refused(session, key, "This is not the fingerprint of the key that was enrolled");
        }
        journal.commit((handle, evidence) -> {
            if (!OfflineKeyStore.confirm(handle, id, session.person(), now)) {
                throw Problem.notFound("There is no such key");
            }
            evidence.record(Entry.of("offline_key.confirmed", id)
                    .with("person", key.person().id())
                    .with("by", session.person().id())
                    .with("session", session.id().value())
                    .with("fingerprint", keys.fingerprint(key)));
            return id;
        });
    }

    private boolean isSame(Person one, Person other) {
        return colleagues.one(one).equals(colleagues.one(other));
    }

    /** The first {@link #DIGITS} or more of them, in any grouping. */
    private static boolean isFingerprint(String fingerprint, String typed) {
        var digits = typed.replaceAll("[\\s:-]", "").toLowerCase(Locale.ROOT);
        return digits.length() >= DIGITS && fingerprint.startsWith(digits);
    }

    private Problem refused(Session session, OfflineKey key, String reason) {
        journal.append(Entry.of("offline_key.confirmation_refused", key.id())
                .with("person", key.person().id())
                .with("by", session.person().id())
                .with("session", session.id().value())
                .with("reason", reason));
        return Problem.forbidden(reason);
    }
}
