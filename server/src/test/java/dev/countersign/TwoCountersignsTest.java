package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.SignalSettings.Access;
import dev.countersign.SignalSettings.Delivery;
import dev.countersign.SignalSettings.Receiver;
import dev.countersign.SignalSettings.SessionNames;
import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.client.Decision;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One Countersign tells another, which has the same identity provider: what ends at the one ends at the other. */
final class TwoCountersignsTest {
    private static final String AUDIENCE = "countersign-b";

    /** How soon an end at A is an end at B. */
    private static final Duration SOON = Duration.ofSeconds(1);

    @ParameterizedTest
    @CsvSource({"SQLITE,PUSH", "SQLITE,POLL", "POSTGRESQL,PUSH", "POSTGRESQL,POLL"})
    void aSessionThatEndsAtOneEndsAtTheOther(Engine engine, Delivery delivery) throws InterruptedException {
        var provider = TestDeployment.provider();
        try (var a = transmitting(engine, provider);
                var b = receiving(engine, provider, a, delivery)) {
            await(Duration.ofSeconds(20), () -> verified(b));
            var login = Map.of("sid", "login-1");
            var atA = a.person("alice", "treasury").claiming(login).loggedIn();
            var atB = b.person("alice", "treasury").claiming(login).loggedIn().atTheBank();
            var other = b.person("alice", "treasury")
                    .claiming(Map.of("sid", "login-2"))
                    .loggedIn()
                    .atTheBank();
            assertThat(code(atB)).isEqualTo("permitted");
            assertThat(code(other)).isEqualTo("permitted");

            var ended = System.nanoTime();
            var page = atA.post("/logout", "", "Content-Type", "application/x-www-form-urlencoded");
            assertThat(page.statusCode()).isEqualTo(200);
            await(Duration.ofSeconds(10), () -> !b.evidenceOf("session.ended").isEmpty());
            var took = Duration.ofNanos(System.nanoTime() - ended);
            assertThat(code(atB)).isEqualTo("session_ended");
            assertThat(code(other)).as("another login of the same user").isEqualTo("permitted");
            assertThat(took).isLessThan(SOON);
            assertThat(b.evidenceOf("signal.received").getLast()).contains("session-revoked");
            await(Duration.ofSeconds(10), () -> a.evidenceOf("signal.sent").size() >= 2);
            assertThat(a.evidenceOf("signal.undeliverable")).isEmpty();
            assertThat(a.query("select cast(pending as varchar(9)) from signal_target"))
                    .containsExactly("0");
        }
    }

    private static boolean verified(TestDeployment b) {
        return b.query("select cast(count(*) as varchar(9)) from signal_subscription"
                        + " where asked_at > 0 and verified_at >= asked_at")
                .equals(List.of("1"));
    }

    private static TestDeployment transmitting(Engine engine, MockOAuth2Server provider) {
        return new TestDeployment(
                TestDatabases.settings(engine),
                Settings.Policies.of(TestDeployment.BANK_POLICIES),
                provider,
                (issuer, settings) -> settings.with(new OutboundSettings(Set.of("localhost")))
                        .with(new SignalSettings(
                                List.of(),
                                List.of(new Receiver("core", AUDIENCE, SessionNames.PROVIDERS)),
                                List.of())));
    }

    private static TestDeployment receiving(
            Engine engine, MockOAuth2Server provider, TestDeployment a, Delivery delivery) {
        return new TestDeployment(
                TestDatabases.settings(engine),
                Settings.Policies.of(TestDeployment.BANK_POLICIES),
                provider,
                (issuer, settings) -> settings.with(new SignalSettings(
                        List.of(new Transmitter(
                                "a",
                                a.issuer,
                                AUDIENCE,
                                delivery,
                                Set.of(a.providerIssuer()),
                                null,
                                "Bearer of A to B",
                                new Access.Token(TestDeployment.CORE_KEY),
                                true,
                                null,
                                Transmitter.MAX_AGE)),
                        List.of(),
                        List.of())));
    }

    private static String code(TestPerson person) {
        return switch (person.ask(Payments.read(person.name))) {
            case Decision.Permit permit -> "permitted";
            case Decision.Refused refused -> refused.code();
            default -> "other";
        };
    }

    private static void await(Duration time, BooleanSupplier condition) throws InterruptedException {
        for (var end = System.nanoTime() + time.toNanos(); System.nanoTime() < end; Thread.sleep(10)) {
            if (condition.getAsBoolean()) {
                return;
            }
        }
        assertThat(condition.getAsBoolean()).as("in time").isTrue();
    }
}
