package dev.countersign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.http.Problem;
import dev.countersign.store.Database.Engine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DatabasesTest {
    @ParameterizedTest
    @EnumSource(Engine.class)
    void anEmptyDatabaseIsMigratedAndOpensAgain(Engine engine) {
        var settings = TestDatabases.settings(engine);
        for (var start = 0; start < 2; start++) {
            try (var database = Databases.open(settings)) {
                assertThat(database.engine()).isEqualTo(engine);
                assertThat(database.<Long>read(handle -> handle.createQuery("select next_index from evidence_head")
                                .mapTo(Long.class)
                                .one()))
                        .isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void nothingIsWrittenOverAReadConnection(Engine engine) {
        try (var database = TestDatabases.open(engine)) {
            assertThatThrownBy(() -> database.read(handle -> handle.execute("update evidence_head set next_index = 7")))
                    .isInstanceOf(Problem.class);
            assertThat(database.<Long>read(handle -> handle.createQuery("select next_index from evidence_head")
                            .mapTo(Long.class)
                            .one()))
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whatIsCommittedIsOnDiskWhateverTheServerDefaults(Engine engine) throws Exception {
        if (engine == Engine.POSTGRESQL) {
            try (var database = TestDatabases.open(engine);
                    var writer = database.openWriter();
                    var row = writer.createStatement().executeQuery("show synchronous_commit")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo("on");
            }
            return;
        }
        try (var database = TestDatabases.open(engine);
                var writer = database.openWriter();
                var statement = writer.createStatement()) {
            try (var row = statement.executeQuery("pragma synchronous")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isEqualTo(2); // FULL
            }
            try (var row = statement.executeQuery("pragma journal_mode")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo("wal");
            }
        }
    }
}
