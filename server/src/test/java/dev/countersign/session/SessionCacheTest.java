package dev.countersign.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SessionCacheTest {
    private static final SessionId ID = new SessionId("se_AAAAAAAAAAAAAAAAAAAAAQ");
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private final SessionCache cache = new SessionCache();

    @Test
    void loadsOnceAndAgainOnlyWhenForgotten() {
        var loads = new AtomicInteger();
        for (var i = 0; i < 3; i++) {
            assertThat(cache.find(ID, id -> Optional.of(session(loads.incrementAndGet()))))
                    .hasValueSatisfying(found -> assertThat(found.signals()).isEqualTo(1));
        }
        cache.forget(ID);

        assertThat(cache.find(ID, id -> Optional.of(session(loads.incrementAndGet()))))
                .hasValueSatisfying(found -> assertThat(found.signals()).isEqualTo(2));
    }

    @Test
    void whatThereIsNoneOfIsLookedForAgain() {
        assertThat(cache.find(ID, id -> Optional.empty())).isEmpty();

        assertThat(cache.find(ID, id -> Optional.of(session(1)))).isPresent();
    }

    /** Its bits are those of another id: base64url without padding leaves four bits over. */
    @Test
    void anotherSpellingOfAnIdIsNotThatId() {
        cache.find(ID, id -> Optional.of(session(1)));

        assertThat(cache.find(new SessionId("se_AAAAAAAAAAAAAAAAAAAAAR"), id -> Optional.empty()))
                .isEmpty();
    }

    /** What was read before a change and arrives after it must not stay. */
    @Test
    void aLoadThatAChangeOvertakesDoesNotStay() throws Exception {
        var database = new AtomicReference<Session>(session(1));
        var read = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = threads.submit(() -> cache.find(ID, id -> {
                var old = Optional.ofNullable(database.get());
                read.countDown();
                await(go);
                return old;
            }));
            read.await();
            database.set(session(2));
            var forgotten = threads.submit(() -> cache.forget(ID));
            go.countDown();
            forgotten.get(10, TimeUnit.SECONDS);
            slow.get(10, TimeUnit.SECONDS);
        }

        assertThat(cache.find(ID, id -> Optional.ofNullable(database.get())))
                .hasValueSatisfying(found -> assertThat(found.signals()).isEqualTo(2));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Session session(int signals) {
        return new Session(
                ID,
                null,
                new Principal(Principal.Kind.USER, "alice"),
                new Person("alice"),
                "https://idp.example",
                "bank",
                new Assurance(Acr.BASE, Set.of(), NOW),
                null,
                new Binding.None(),
                Set.of(),
                SessionState.ACTIVE,
                null,
                null,
                null,
                NOW,
                NOW.plus(Duration.ofHours(1)),
                NOW.plus(Duration.ofHours(2)),
                signals);
    }
}
