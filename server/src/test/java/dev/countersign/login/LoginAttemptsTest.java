package dev.countersign.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.http.Problem;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LoginAttemptsTest {
    @ParameterizedTest
    @EnumSource(Engine.class)
    void theyAreBoundedAndTheExpiredMakeRoom(Engine engine) {
        var now = new AtomicReference<>(Instant.parse("2026-11-24T12:00:00Z"));
        InstantSource clock = now::get;
        var settings = TestDatabases.settings(engine);
        try (var database = Databases.open(settings);
                var evidence = EvidenceFeature.wire(settings, database, clock, new SecureRandom())) {
            var attempts = new LoginAttempts(evidence.journal(), clock, 2);
            attempts.begin("s1", "b", "https://idp.example", OwnPath.HOME, null);
            attempts.begin("s2", "b", "https://idp.example", OwnPath.HOME, null);
            assertThatThrownBy(() -> attempts.begin("s3", "b", "https://idp.example", OwnPath.HOME, null))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.status()).isEqualTo(503));
            assertThat(attempts.finish("s1", "b")).isPresent();
            assertThat(attempts.finish("s1", "b")).isEmpty();
            now.updateAndGet(time -> time.plus(LoginAttempts.LIFE));
            assertThat(attempts.finish("s2", "b")).isEmpty();
            attempts.begin("s4", "b", "https://idp.example", OwnPath.HOME, null);
            attempts.begin("s5", "b", "https://idp.example", OwnPath.HOME, null);
            assertThat(attempts.finish("s5", "other")).isEmpty();
            assertThat(attempts.finish("s5", "b")).isPresent();
        }
    }
}
