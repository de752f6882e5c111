package dev.countersign.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.session.SessionSearch.Criteria;
import dev.countersign.session.SessionSearch.Position;
import dev.countersign.session.SessionSearch.Standing;
import dev.countersign.store.Database;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Many sessions, a few of them looked for. */
@ParameterizedClass
@EnumSource(Engine.class)
final class SessionSearchTest {
    private static final Instant START = Instant.parse("2026-11-24T08:00:00Z");
    private static final Instant NOW = START.plusSeconds(3600);
    private static final int MANY = 5_000;

    private final Database database;
    private final EvidenceFeature evidence;
    private final SessionSearch search;

    SessionSearchTest(Engine engine) {
        var settings = TestDatabases.settings(engine);
        database = Databases.open(settings);
        evidence = EvidenceFeature.wire(settings, database, InstantSource.fixed(NOW), new SecureRandom());
        search = new SessionSearch(database);
    }

    /** Ten in each millisecond; one in a hundred from the rare address, one in a thousand suspended. */
    @BeforeEach
    void fill() {
        evidence.journal().commit((handle, recorder) -> {
            for (var i = 0; i < MANY; i++) {
                SessionStore.insert(handle, session(i));
            }
            return MANY;
        });
    }

    @AfterEach
    void close() {
        evidence.close();
        database.close();
    }

    private static Session session(int i) {
        return new Session(
                new SessionId(String.format(Locale.ROOT, "se_%022d", i)),
                null,
                new Principal(Principal.Kind.USER, "u" + i % 50),
                new Person("p" + i % 50),
                "https://login.example",
                i % 2 == 0 ? "bank" : "shop",
                new Assurance(Acr.BASE, Set.of(), START),
                null,
                i == 4_711 ? new Binding.DpopKey("the-key") : new Binding.None(),
                Set.of(),
                i % 1_000 == 7 ? SessionState.SUSPENDED : SessionState.ACTIVE,
                null,
                i % 100 == 0 ? "203.0.113.7" : "198.51.100." + i % 7,
                null,
                START.plusMillis(i / 10),
                START.plusSeconds(i < 100 ? 60 : 7_200),
                START.plusSeconds(86_400),
                0);
    }

    private List<String> all(Criteria criteria) {
        var ids = new ArrayList<String>();
        Position after = null;
        do {
            var page = search.find(criteria, after, NOW);
            assertThat(page.sessions().size()).isLessThanOrEqualTo(SessionSearch.PAGE);
            assertThat(page.scanned()).isLessThanOrEqualTo(SessionSearch.MAX_SCANNED);
            page.sessions().forEach(seen -> ids.add(seen.session().id().value()));
            after = page.next();
        } while (after != null);
        return ids;
    }

    private static Criteria criteria(@Nullable String client, @Nullable String address, @Nullable Standing state) {
        return new Criteria(null, null, client, address, null, state, null);
    }

    @Test
    void pagesFollowOneAnotherNewestFirstWithoutGapOrRepetition() {
        assertThat(all(Criteria.ANY))
                .hasSize(MANY)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void criteriaNarrowOneAnother() {
        assertThat(all(criteria("bank", "203.0.113.7", null))).hasSize(50);
        assertThat(all(criteria("shop", "203.0.113.7", null))).isEmpty();
        assertThat(all(criteria(null, null, Standing.SUSPENDED))).hasSize(4); // the fifth has expired
        assertThat(all(criteria(null, null, Standing.EXPIRED))).hasSize(100);
        assertThat(all(new Criteria("u7", null, null, null, null, null, null))).hasSize(100);
        assertThat(all(new Criteria(null, "p7", "shop", null, null, null, null)))
                .hasSize(100);
        assertThat(all(new Criteria(null, null, null, null, "the-key", null, null)))
                .hasSize(1);
        assertThat(all(new Criteria(null, null, null, null, null, null, START.plusMillis(490))))
                .hasSize(100);
    }

    @Test
    void aSearchThatFindsLittleEndsItsPageAfterSoManyRows() {
        var page = search.find(criteria("shop", null, Standing.ENDED), null, NOW);
        assertThat(page.sessions()).isEmpty();
        assertThat(page.scanned()).isEqualTo(SessionSearch.MAX_SCANNED);
        assertThat(page.next()).isNotNull();
    }

    @Test
    void aNewSessionDoesNotMoveThePagesThatAreBeingRead() {
        var first = search.find(Criteria.ANY, null, NOW);
        evidence.journal().commit((handle, recorder) -> {
            SessionStore.insert(handle, session(MANY + 10));
            return 1;
        });
        var second = search.find(Criteria.ANY, first.next(), NOW);
        assertThat(second.sessions().getFirst().session().id().value())
                .isEqualTo(String.format(Locale.ROOT, "se_%022d", MANY - 1 - SessionSearch.PAGE));
    }
}
