package dev.countersign;

import static dev.countersign.Places.holds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.SurroundingsSettings.Databases;
import dev.countersign.network.NetworkFeature;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What policies see of networks, over HTTP. */
final class NetworkTest {
    private static final Map<String, String> CONDITIONS = Map.of(
            "sweden",
            "context.network has country && context.network.country == \"SE\"",
            "nowhere",
            "context.network has country && context.network.country == \"unknown\"",
            "linkoeping",
            "context.network has city && context.network.city == \"Linköping\"",
            "bredband2",
            "context.network has asn && context.network has as_org && context.network.asn == 29518 && context.network.as_org == \"Bredband2 AB\"",
            "no-system",
            "context.network has asn && context.network has as_org && context.network.asn == 0 && context.network.as_org == \"unknown\"",
            "tor",
            "context.network has anonymous && context.network.anonymous.containsAll([\"anonymous\", \"tor\"])",
            "open",
            "context.network has anonymous && context.network.anonymous.isEmpty()",
            "perhaps-hidden",
            "context.network has anonymous && context.network.anonymous == [\"unknown\"]",
            "no-address",
            "!(context.network has ip)");

    @Test
    void policiesSeeCountryCitySystemAndAnonymity() {
        try (var deployment = new TestDeployment(Places.settings(Engine.SQLITE), Places.policies(CONDITIONS))) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            assertThat(holds(alice, Places.LINKOEPING, "sweden")).isTrue();
            assertThat(holds(alice, Places.LINKOEPING, "linkoeping")).isTrue();
            assertThat(holds(alice, Places.LINKOEPING, "bredband2")).isTrue();
            assertThat(holds(alice, Places.LINKOEPING, "open")).isTrue();
            assertThat(holds(alice, Places.TOR, "tor")).isTrue();
            assertThat(holds(alice, Places.TOR, "nowhere")).isTrue();
            assertThat(holds(alice, Places.MILTON, "sweden")).isFalse();
        }
    }

    @Test
    void whatIsNotKnownSaysSo() {
        try (var deployment = new TestDeployment(Places.settings(Engine.SQLITE), Places.policies(CONDITIONS))) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            for (var address :
                    new String[] {"10.1.2.3", "127.0.0.1", "100.64.0.1", "fd00:0:0:0:0:0:0:1", "203.0.113.7"}) {
                assertThat(holds(alice, address, "nowhere")).as(address).isTrue();
                assertThat(holds(alice, address, "no-system")).as(address).isTrue();
            }
            assertThat(holds(alice, "10.1.2.3", "perhaps-hidden")).isTrue();
            assertThat(holds(alice, null, "no-address")).isTrue();
            assertThat(holds(alice, null, "nowhere")).isTrue();
            assertThat(holds(alice, null, "perhaps-hidden")).isTrue();
        }
    }

    @Test
    void withoutDatabasesEverythingIsUnknown() {
        try (var deployment = new TestDeployment(TestDatabases.settings(Engine.SQLITE), Places.policies(CONDITIONS))) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            assertThat(holds(alice, Places.LINKOEPING, "nowhere")).isTrue();
            assertThat(holds(alice, Places.LINKOEPING, "no-system")).isTrue();
            assertThat(holds(alice, Places.LINKOEPING, "perhaps-hidden")).isTrue();
        }
    }

    @Test
    void aChangedDatabaseCountsAndABrokenOneDoesNot() throws Exception {
        var file = TestDatabases.folder().resolve("city.mmdb");
        Files.copy(Places.CITY, file);
        var databases = new Databases(file, null, null);
        try (var deployment =
                new TestDeployment(Places.settings(Engine.SQLITE, databases), Places.policies(CONDITIONS))) {
            var alice = deployment.person("alice").loggedIn().atTheBank();
            assertThat(holds(alice, Places.LINKOEPING, "sweden")).isTrue();

            replace(file, Places.BROKEN_CITY);
            Files.writeString(file, "no database"); // in place, as a careless script does
            Thread.sleep(NetworkFeature.LOOK_AGAIN.multipliedBy(2));
            assertThat(holds(alice, Places.LINKOEPING, "sweden")).isTrue();

            Files.delete(file);
            Thread.sleep(NetworkFeature.LOOK_AGAIN.multipliedBy(2));
            assertThat(holds(alice, Places.LINKOEPING, "sweden")).isTrue();

            var other = Places.DATABASES.resolve("GeoIP2-City-Test.mmdb");
            var moved = Files.readAllBytes(other);
            for (var i = 0; i + 1 < moved.length; i++) {
                if (moved[i] == 'S' && moved[i + 1] == 'E' && moved[i - 1] == 'B') { // the text "SE", two bytes long
                    moved[i + 1] = 'X';
                }
            }
            Files.write(file, moved);
            assertThat(eventually(() -> !holds(alice, Places.LINKOEPING, "sweden")))
                    .isTrue();
        }
    }

    @Test
    void withADatabaseThatCannotBeReadNothingStarts() {
        assertThatThrownBy(() -> NetworkFeature.open(new Databases(Path.of("/nowhere/city.mmdb"), null, null)))
                .hasMessage("surroundings.network.city: /nowhere/city.mmdb is not there");
        assertThatThrownBy(() -> NetworkFeature.open(new Databases(Places.BROKEN_CITY, null, null)))
                .hasMessageContaining("surroundings.network.city")
                .hasMessageContaining("is broken");
        assertThatThrownBy(() -> NetworkFeature.open(new Databases(null, Places.CITY, null)))
                .hasMessageContaining("is of type GeoIP2-City, which says nothing about asn");
        assertThatThrownBy(() -> NetworkFeature.open(new Databases(null, null, Path.of("pom.xml"))))
                .hasMessageContaining("is no MaxMind database");
    }

    private static void replace(Path file, Path by) throws IOException {
        var beside = file.resolveSibling("next.mmdb");
        Files.copy(by, beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean eventually(BooleanSupplier condition) throws InterruptedException {
        for (var end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
                System.nanoTime() < end;
                Thread.sleep(50)) {
            if (condition.getAsBoolean()) {
                return true;
            }
        }
        return false;
    }
}
