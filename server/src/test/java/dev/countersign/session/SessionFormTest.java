package dev.countersign.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.MappedClaims;
import dev.countersign.session.Grant.Actor;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SessionFormTest {
    private static final SessionId ID = new SessionId("se_AAAAAAAAAAAAAAAAAAAAAQ");
    private static final SessionId PARENT = new SessionId("se_BBBBBBBBBBBBBBBBBBBBBQ");
    private static final String KEY = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00.123Z");

    private final SessionForm form = new SessionForm();

    @Property(tries = 300)
    void comesBackAsItWas(@ForAll("sessions") Session session) {
        assertThat(form.unpack(ID, form.pack(session))).isEqualTo(session);
    }

    @Provide
    Arbitrary<Session> sessions() {
        var text = Arbitraries.strings().ofMinLength(1).ofMaxLength(40);
        var maybe = text.injectNull(0.4);
        var sets = text.set().ofMaxSize(4);
        var bindings = Arbitraries.of(
                new Binding.None(), new Binding.DpopKey(KEY), new Binding.Certificate(KEY), new Binding.DbscKey(KEY));
        var whole = Combinators.combine(maybe, maybe, maybe, sets, bindings, Arbitraries.of(SessionState.values()));
        return whole.flatAs((reason, from, agent, set, binding, state) -> Combinators.combine(
                        text, text, Arbitraries.of(0, 1, 127, 128, 40_000), Arbitraries.of(true, false))
                .as((name, person, signals, rich) ->
                        session(name, person, reason, from, agent, set, binding, state, signals, rich)));
    }

    private static Session session(
            String name,
            String person,
            @org.jspecify.annotations.Nullable String reason,
            @org.jspecify.annotations.Nullable String from,
            @org.jspecify.annotations.Nullable String agent,
            Set<String> set,
            Binding binding,
            SessionState state,
            int signals,
            boolean rich) {
        return new Session(
                ID,
                rich ? PARENT : null,
                new Principal(rich ? Principal.Kind.AGENT : Principal.Kind.USER, name),
                new Person(rich ? person : name),
                "https://idp.example",
                "bank",
                new Assurance(Acr.MFA, set, NOW),
                rich ? new Assurance(Acr.PHR, Set.of("hwk"), NOW, signals == 0 ? null : NOW.plusSeconds(900)) : null,
                binding,
                set,
                state,
                reason,
                from,
                agent,
                NOW,
                NOW.plusSeconds(3_600),
                NOW.plusSeconds(86_400),
                signals,
                rich ? MappedClaims.parse("{\"attrs\":{\"department\":\"north\"},\"parents\":[]}") : MappedClaims.NONE,
                Duration.ofMinutes(15),
                rich
                        ? new Grant(set, Set.of(), List.of(new Actor("Agent", name)), AuthorizationDetails.NONE, true)
                        : Grant.UNLIMITED);
    }

    /** A flood of different user agents fills the vocabulary, and sessions are as they were. */
    @Test
    void whatFindsNoRoomAmongTheSharedTextsStandsInTheBytes() {
        for (var i = 0; i <= SessionForm.MAX_SHARED; i++) {
            var agent = "agent " + i;
            var session = session(
                    "alice",
                    "alice",
                    null,
                    null,
                    agent,
                    new HashSet<>(Set.of("group " + i)),
                    new Binding.None(),
                    SessionState.ACTIVE,
                    0,
                    false);
            assertThat(form.unpack(ID, form.pack(session))).isEqualTo(session);
        }
    }

    @Test
    void anIdleSessionTakesLittle() {
        var session = session(
                "c0ffee00-1234-5678-9abc-def012345678",
                "c0ffee00-1234-5678-9abc-def012345678",
                null,
                "203.0.113.7",
                "Mozilla/5.0 (X11; Linux x86_64)",
                Set.of("staff"),
                new Binding.DpopKey(KEY),
                SessionState.ACTIVE,
                0,
                false);
        assertThat(form.pack(session)).hasSizeLessThan(140);
    }
}
