package dev.countersign.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.SurroundingsSettings;
import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.network.Location;
import dev.countersign.network.NetworkFeature;
import dev.countersign.policy.IpValue;
import dev.countersign.session.Acr;
import dev.countersign.session.Assurance;
import dev.countersign.session.Binding;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.store.Database;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the monitor finds and remembers, with a clock that the test sets. */
@ParameterizedClass
@EnumSource(Engine.class)
final class MonitorTest {
    private static final Path FILES = Path.of("src", "test", "resources", "maxmind");
    private static final String SWEDEN = "89.160.20.112";
    private static final String AMERICA = "216.160.83.56";
    private static final String BHUTAN = "67.43.156.1";
    private static final Principal ALICE = new Principal(Principal.Kind.USER, "alice");

    private final Database database;
    private final EvidenceFeature evidence;
    private final NetworkFeature networks;
    private MonitorFeature feature;
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private int sessions;

    MonitorTest(Engine engine) {
        var settings = TestDatabases.settings(engine);
        database = Databases.open(settings);
        evidence = EvidenceFeature.wire(settings, database, () -> now, new SecureRandom());
        networks = NetworkFeature.open(new SurroundingsSettings.Databases(
                FILES.resolve("GeoIP2-City-Test.mmdb"),
                FILES.resolve("GeoLite2-ASN-Test.mmdb"),
                FILES.resolve("GeoIP2-Anonymous-IP-Test.mmdb")));
        feature = MonitorFeature.wire(networks, database, evidence.journal(), () -> now);
    }

    @AfterEach
    void close() {
        feature.close();
        networks.close();
        evidence.close();
        database.close();
    }

    private Session session(Principal principal, String acr, String startedFrom) {
        return new Session(
                new SessionId("se_" + String.format("%022d", ++sessions)),
                null,
                principal,
                new Person(principal.id()),
                "https://idp",
                "bank",
                new Assurance(acr, Set.of(), now),
                null,
                new Binding.None(),
                Set.of(),
                SessionState.ACTIVE,
                null,
                startedFrom,
                null,
                now,
                now.plusSeconds(3600),
                now.plusSeconds(3600),
                0);
    }

    private Session alice() {
        return session(ALICE, Acr.BASE, SWEDEN);
    }

    private Risk act(Session session, String address) {
        return feature.monitor()
                .acting(session, networks.of(IpValue.parse(address)), now)
                .risk();
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private long changes() {
        return database.<Long>read(
                handle -> handle.createQuery("select count(*) from evidence where kind = 'risk.changed'")
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void whatIsOverFadesWithItsHalfLife() {
        var session = alice();
        assertThat(act(session, SWEDEN).score()).isZero();
        var jumped = act(session, AMERICA);
        assertThat(jumped.reasons()).containsExactlyInAnyOrder("impossible_travel", "new_country", "new_network");
        assertThat(jumped.score()).isEqualTo((int) Math.round(100 * (1 - 0.4 * 0.65 * 0.85)));
        pass(Findings.HALF_LIFE);
        var later = act(session, AMERICA);
        assertThat(later.score()).isEqualTo((int) Math.round(100 * (1 - 0.7 * 0.65 * 0.85)));
        assertThat(later.age()).isEqualTo(Findings.HALF_LIFE);
    }

    @Test
    void evidenceTellsOfLevelsNotOfActions() {
        var session = alice();
        for (var i = 0; i < 50; i++) {
            act(session, SWEDEN);
        }
        assertThat(changes()).isZero();
        for (var i = 0; i < 50; i++) {
            act(session, AMERICA);
        }
        assertThat(changes()).isEqualTo(1);
    }

    @Test
    void whoMerelyFailsToProveTheKeyCannotShutOutTheOwner() {
        var session = alice();
        act(session, SWEDEN);
        for (var i = 0; i < 10_000; i++) {
            feature.monitor().refused(session.id(), i % 2 == 0 ? "invalid_proof" : "replayed_proof", now);
        }
        var risk = act(session, SWEDEN);
        assertThat(risk.level()).isEqualTo(RiskLevel.MEDIUM);
        assertThat(risk.age()).isNull();
        assertThat(changes()).isLessThanOrEqualTo(2);
    }

    @Test
    void aPhishingResistantProofFromThereMakesAPlaceKnown() {
        act(alice(), SWEDEN);
        pass(Duration.ofHours(20));
        assertThat(act(alice(), AMERICA).reasons()).contains("new_country");
        assertThat(act(session(ALICE, Acr.PHR, SWEDEN), AMERICA).reasons()).contains("new_country");
        assertThat(act(session(ALICE, Acr.PHR, AMERICA), AMERICA).reasons()).isEmpty();
        assertThat(act(alice(), AMERICA).reasons()).isEmpty();
    }

    @Test
    void peopleCannotBeInTwoPlacesWorkloadsCan() {
        act(alice(), SWEDEN);
        assertThat(act(alice(), BHUTAN).reasons()).contains("impossible_travel");
        var job = new Principal(Principal.Kind.WORKLOAD, "job");
        act(session(job, Acr.BASE, SWEDEN), SWEDEN);
        assertThat(act(session(job, Acr.BASE, SWEDEN), BHUTAN).reasons()).doesNotContain("impossible_travel");
    }

    @Test
    void aLongSilenceIsASign() {
        act(alice(), SWEDEN);
        pass(DormantPrincipal.DORMANT.plusSeconds(1));
        assertThat(act(alice(), SWEDEN).reasons()).containsExactly("dormant_principal");
    }

    @Test
    void theNewestReportOfEachSourceStandsUntilItIsTakenBack() {
        var session = alice();
        var reports = feature.reports();
        assertThat(reports.report(ALICE, RiskLevel.HIGH, "leaked password", "https://idp", now))
                .isTrue();
        assertThat(reports.report(ALICE, RiskLevel.LOW, "earlier", "https://idp", now.minusSeconds(1)))
                .isFalse();
        assertThat(reports.report(ALICE, RiskLevel.HIGH, "tomorrow", "https://idp", now.plus(Duration.ofDays(1))))
                .isFalse();
        var risk = act(session, SWEDEN);
        assertThat(risk.reasons()).containsExactly("reported_high");
        assertThat(risk.level()).isEqualTo(RiskLevel.HIGH);
        pass(Duration.ofHours(5));
        assertThat(act(session, SWEDEN).score()).isEqualTo(risk.score());
        assertThat(reports.report(ALICE, RiskLevel.LOW, "changed it", "https://idp", now))
                .isTrue();
        assertThat(act(session, SWEDEN).score()).isZero();
        assertThatThrownBy(() -> reports.report(ALICE, RiskLevel.HIGH, "x".repeat(Reports.MAX_TEXT + 1), "s", now))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatWeFoundOurselvesFadesAndReachesASessionThatActs() {
        var session = alice();
        assertThat(act(session, SWEDEN).score()).isZero();
        evidence.journal().commit((handle, recorder) -> {
            feature.reports()
                    .found(handle, recorder, session.id(), FatigueSigns.APPROVED_AFTER_REFUSALS, "bob approved", now);
            return session;
        });
        for (var end = System.nanoTime() + 5_000_000_000L; act(session, SWEDEN).score() == 0; ) {
            assertThat(System.nanoTime()).isLessThan(end); // it is heard just after it is durable
        }
        var risk = act(session, SWEDEN);
        assertThat(risk.score()).isEqualTo(60);
        assertThat(risk.reasons()).containsExactly("approved_after_refusals");
        assertThat(Techniques.of(risk.reasons())).containsExactly("T1621");
        pass(Findings.HALF_LIFE);
        assertThat(act(session, SWEDEN).score()).isEqualTo(30);
        pass(Findings.HALF_LIFE.multipliedBy(6));
        assertThat(act(session, SWEDEN).reasons()).isEmpty();
    }

    @Test
    void aRaisedLevelAndReportsSurviveARestart() {
        var session = alice();
        act(session, SWEDEN);
        act(session, AMERICA);
        feature.reports().report(session.id(), RiskLevel.MEDIUM, "elsewhere", "https://idp", now);
        feature.close();
        feature = MonitorFeature.wire(networks, database, evidence.journal(), () -> now);
        var looked = feature.monitor()
                .looking(session, networks.of(IpValue.parse(AMERICA)), now)
                .risk();
        assertThat(looked.reasons())
                .containsExactlyInAnyOrder("impossible_travel", "new_country", "new_network", "reported_medium");
    }

    @Test
    void distancesAreGreatCirclesLessWhatIsNotSure() {
        var paris = new Location(48.8566, 2.3522, 0);
        var newYork = new Location(40.7128, -74.0060, 0);
        assertThat(paris.atLeastKmTo(newYork)).isCloseTo(5_837, within(5.0));
        assertThat(new Location(48.8566, 2.3522, 100).atLeastKmTo(new Location(40.7128, -74.0060, 1_000)))
                .isCloseTo(4_737, within(5.0));
        assertThat(paris.atLeastKmTo(new Location(48.9, 2.4, 50))).isZero();
        assertThat(new Location(0, 179.9, 0).atLeastKmTo(new Location(0, -179.9, 0)))
                .isCloseTo(22.2, within(0.1));
        var flight = new Place(paris, now);
        assertThat(ImpossibleTravel.isTooFar(flight, newYork, now.plus(Duration.ofHours(5))))
                .isTrue();
        assertThat(ImpossibleTravel.isTooFar(flight, newYork, now.plus(Duration.ofHours(6))))
                .isFalse();
        assertThat(ImpossibleTravel.isTooFar(flight, newYork, now.minus(Duration.ofHours(6))))
                .isTrue();
    }
}
