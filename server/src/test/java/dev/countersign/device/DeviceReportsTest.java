package dev.countersign.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.SurroundingsSettings;
import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.policy.MappedClaims;
import dev.countersign.policy.StringValue;
import dev.countersign.session.Acr;
import dev.countersign.session.Assurance;
import dev.countersign.session.Binding;
import dev.countersign.session.Grant;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.store.Database;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What signals and logins say of devices. */
@ParameterizedClass
@EnumSource(Engine.class)
final class DeviceReportsTest {
    private static final String KEY = "0123456789012345678901234567890123456789012";

    private final Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private final Database database;
    private final EvidenceFeature evidence;
    private final Devices devices;
    private final DeviceFacts facts;

    DeviceReportsTest(Engine engine) {
        var settings = TestDatabases.settings(engine);
        database = Databases.open(settings);
        evidence = EvidenceFeature.wire(settings, database, () -> now, new SecureRandom());
        devices = new Devices(database, evidence.journal(), () -> now);
        facts = new DeviceFacts(devices, SurroundingsSettings.POSTURE_MAX_AGE);
    }

    @AfterEach
    void close() {
        evidence.close();
        database.close();
    }

    private String compliant(String claims, Duration loggedInAgo) {
        var session = new Session(
                new SessionId("se_0000000000000000000001"),
                null,
                new Principal(Principal.Kind.USER, "alice"),
                new Person("alice"),
                "https://idp",
                "bank",
                new Assurance(Acr.BASE, Set.of(), now.minus(loggedInAgo)),
                null,
                new Binding.DpopKey(KEY),
                Set.of(),
                SessionState.ACTIVE,
                null,
                null,
                null,
                now,
                now.plusSeconds(60),
                now.plusSeconds(60),
                0,
                MappedClaims.parse("{\"attrs\":" + claims + ",\"parents\":[]}"),
                Duration.ofSeconds(60),
                Grant.UNLIMITED);
        return ((StringValue)
                        java.util.Objects.requireNonNull(facts.of(session, now).get("compliant")))
                .value();
    }

    private void reported(boolean compliant, Instant at) {
        devices.report(
                new Device("d1", new Person("alice"), Set.of(KEY), null, null),
                new Device.Posture(true, "macos", at, "mdm"),
                new Device.Compliance(compliant, at, "mdm"));
    }

    @Test
    void aSignalOverridesAnOlderReportAndOnlyThat() {
        reported(true, now.minusSeconds(60));
        assertThat(devices.compliance("d1", false, now.minusSeconds(90), "https://idp"))
                .isFalse();
        assertThat(compliant("{}", Duration.ZERO)).isEqualTo("yes");
        assertThat(devices.compliance("d1", false, now.minusSeconds(30), "https://idp"))
                .isTrue();
        assertThat(compliant("{}", Duration.ZERO)).isEqualTo("no");
        reported(true, now.minusSeconds(45));
        assertThat(compliant("{}", Duration.ZERO))
                .as("a report from before the signal")
                .isEqualTo("no");
        assertThat(devices.compliance("d1", true, now.plusSeconds(61), "https://idp"))
                .as("from the future")
                .isFalse();
    }

    @Test
    void aSignalAboutAPersonMakesAllTheirDevicesNotCompliant() {
        reported(true, now.minusSeconds(60));
        assertThat(devices.notCompliant(new Person("bob"), now, "https://idp")).isZero();
        assertThat(devices.notCompliant(new Person("alice"), now, "https://idp"))
                .isEqualTo(1);
        assertThat(compliant("{}", Duration.ZERO)).isEqualTo("no");
    }

    @Test
    void claimsOfTheLoginCountAsLongAsTheyAreFresh() {
        var claims = "{\"device_id\":\"d9\",\"device_compliant\":true,\"device_managed\":true}";
        assertThat(compliant(claims, Duration.ofMinutes(1))).isEqualTo("yes");
        assertThat(compliant(claims, SurroundingsSettings.POSTURE_MAX_AGE.plusSeconds(1)))
                .isEqualTo("unknown");
        assertThat(devices.compliance("d9", false, now, "https://idp")).isTrue();
        assertThat(compliant(claims, Duration.ofMinutes(1))).isEqualTo("no");
    }

    @Test
    void claimsAboutAnotherDeviceThanTheKeysCountForNothing() {
        reported(false, now.minusSeconds(60));
        assertThat(compliant("{\"device_id\":\"d9\",\"device_compliant\":true}", Duration.ZERO))
                .isEqualTo("no");
    }
}
