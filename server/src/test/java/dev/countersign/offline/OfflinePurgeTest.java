package dev.countersign.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Person;
import dev.countersign.store.Database;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is over is forgotten, and nothing else. */
@ParameterizedClass
@EnumSource(Database.Engine.class)
final class OfflinePurgeTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    private final Database database;
    private final EvidenceFeature evidence;
    private final OfflinePurge purge;
    private Instant now = START;

    OfflinePurgeTest(Database.Engine engine) {
        var settings = TestDatabases.settings(engine);
        database = Databases.open(settings);
        evidence = EvidenceFeature.wire(settings, database, () -> now, new SecureRandom());
        purge = new OfflinePurge(database, evidence.journal(), () -> now);
    }

    @AfterEach
    void close() throws Exception {
        evidence.close();
        database.close();
    }

    private List<String> persons(String table) {
        return database.read(handle -> handle.createQuery("select person from " + table + " order by person")
                .mapTo(String.class)
                .list());
    }

    @Test
    void enrolmentsAndWrongCodesGoWhenTheyAreOver() {
        evidence.journal().commit((handle, recorder) -> {
            enrol(handle, "early", START.plusSeconds(60));
            enrol(handle, "late", START.plusSeconds(120));
            WrongCodes.add(handle, new Person("early"), "wc_1", START);
            WrongCodes.add(handle, new Person("late"), "wc_2", START.plus(Duration.ofHours(1)));
            return recorder;
        });
        purge.look();
        assertThat(persons("offline_enrolment")).containsExactly("early", "late");
        now = START.plusSeconds(60);
        purge.look();
        assertThat(persons("offline_enrolment")).containsExactly("late");
        assertThat(persons("offline_wrong_code")).containsExactly("early", "late");
        now = START.plus(WrongCodes.WINDOW);
        purge.look();
        assertThat(persons("offline_enrolment")).isEmpty();
        assertThat(persons("offline_wrong_code")).containsExactly("late");
    }

    @Test
    void filesGoAndTheNumbersOfTheirKeyStay() {
        var key = new OfflineKey("ok_1", new Person("bob"), SigningMethod.ED25519, "AAAA", "Safe", START, false, null);
        evidence.journal().commit((handle, recorder) -> {
            OfflineKeyStore.insert(handle, key);
            var first = OfflineFileStore.numbers(handle, key.id()).orElseThrow();
            var file = new OfflineFileStore.Issued("00", List.of(), START.plusSeconds(60));
            assertThat(OfflineFileStore.insert(handle, key.id(), first, file)).isTrue();
            assertThat(OfflineFileStore.insert(handle, key.id(), first, file)).isFalse(); // it follows another one
            return recorder;
        });
        now = START.plusSeconds(60);
        purge.look();
        database.read(handle -> {
            assertThat(OfflineFileStore.find(handle, key.id(), 1)).isEmpty();
            assertThat(OfflineFileStore.numbers(handle, key.id())).hasValue(new OfflineFileStore.Numbers(1, "00", 0));
            return key;
        });
    }

    private static void enrol(org.jdbi.v3.core.Handle handle, String person, Instant until) {
        OfflineKeyStore.begin(handle, new Person(person), SigningMethod.OCRA, "nonce", "sealed", until);
    }
}
