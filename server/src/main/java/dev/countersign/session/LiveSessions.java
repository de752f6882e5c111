package dev.countersign.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.Settings;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.jose.UsedOnce;
import dev.countersign.key.RandomIds;
import dev.countersign.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Sessions: opened, raised, suspended, ended, each change committed with its evidence.
 *
 * <p>On SQLite one process writes, so sessions are cached and dropped from the cache after each commit that changed them
 * (the cache loads and drops one key at a time, so no load that began before a commit survives it). On PostgreSQL other
 * nodes write too: every look reads the database.
 */
final class LiveSessions implements Sessions, SessionOpening, NamedSessions {
    /** Sessions kept in memory. */
    static final int MAX_CACHED = 200_000;

    /** Shortest time between two extensions of a session's idle time. */
    static final Duration MIN_EXTENSION = Duration.ofSeconds(30);

    /** Part of the idle time that must have passed before it is extended. */
    static final int EXTENSIONS_PER_IDLE = 20;

    private final SessionStore store;
    private final Journal journal;
    private final People people;
    private final Settings.Lifetimes lifetimes;
    private final InstantSource clock;
    private final RandomIds ids;
    private final SessionObserver observer;
    private final SignalLimits limits = new SignalLimits();
    private final @Nullable Cache<SessionId, Session> cache;

    LiveSessions(
            Database database,
            Journal journal,
            People people,
            Settings.Lifetimes lifetimes,
            InstantSource clock,
            RandomIds ids,
            SessionObserver observer) {
        this.store = new SessionStore(database);
        this.journal = journal;
        this.people = people;
        this.lifetimes = lifetimes;
        this.clock = clock;
        this.ids = ids;
        this.observer = observer;
        this.cache = database.engine() == Database.Engine.SQLITE
                ? Caffeine.newBuilder().maximumSize(MAX_CACHED).build()
                : null;
    }

    @Override
    public Session open(Opening opening) {
        return journal.commit((handle, evidence) -> insert(handle, evidence, opening));
    }

    /** As {@link #open}, once for what {@code hash} stands for. Empty when it was used before. */
    Optional<Session> openOnce(Opening opening, String hash, Instant expiresAt) {
        return journal.commit((handle, evidence) -> UsedOnce.use(handle, hash, expiresAt, clock.instant())
                ? Optional.of(insert(handle, evidence, opening))
                : Optional.empty());
    }

    private Session insert(Handle handle, Journal.Recorder evidence, Opening opening) {
        var session = session(opening, end(handle, opening.parent()));
        SessionStore.insert(handle, session);
        SessionNames.keep(handle, session, opening.account());
        AccountBounds.requireFree(
                handle,
                session.issuer(),
                SessionNames.account(handle, session.id()),
                session.login().at());
        var entry = Entry.of("session.started", session.id().value())
                .with("principal", session.principal().toString())
                .with("person", session.person().id())
                .with("issuer", session.issuer())
                .with("client", session.client())
                .with("acr", session.login().acr())
                .with("amr", session.login().amr().stream().sorted().toList())
                .with("auth_time", session.login().at().toString())
                .with("binding", session.binding().kind());
        evidence.record(
                session.parent() == null
                        ? entry
                        : entry.with("parent", session.parent().value()));
        return session;
    }

    /** When a session opened now ends in any case: not after its parent. Refuses under a parent that has ended. */
    private Instant end(Handle handle, @Nullable SessionId parent) {
        var now = clock.instant();
        var end = now.plus(lifetimes.absolute());
        if (parent == null) {
            return end;
        }
        var live = SessionStore.hold(handle, parent)
                ? SessionStore.find(handle, parent).filter(session -> now.isBefore(session.expiresAt()))
                : Optional.<Session>empty();
        var above = live.orElseThrow(() -> Problem.conflict("session-ended", "The session to open under has ended"));
        return above.expiresAt().isBefore(end) ? above.expiresAt() : end;
    }

    private Session session(Opening opening, Instant end) {
        var now = Instant.ofEpochMilli(clock.millis());
        return new Session(
                new SessionId(ids.next("se_")),
                opening.parent(),
                opening.principal(),
                people.of(opening.principal()),
                opening.issuer(),
                opening.client(),
                opening.login(),
                null,
                opening.binding(),
                opening.groups(),
                SessionState.ACTIVE,
                null,
                opening.startedFrom(),
                opening.userAgent(),
                now,
                now.plus(lifetimes.idle()),
                Instant.ofEpochMilli(end.toEpochMilli()),
                0,
                opening.claims());
    }

    @Override
    public Optional<Session> find(SessionId id) {
        if (cache == null) {
            return store.find(id);
        }
        return Optional.ofNullable(cache.get(id, key -> store.find(key).orElse(null)));
    }

    @Override
    public List<Session> of(Person person) {
        return store.of(person, clock.instant());
    }

    @Override
    public void raise(SessionId id, Assurance stepUp) {
        var raised = journal.commit((handle, evidence) -> {
            var before = SessionStore.find(handle, id);
            var done = SessionStore.raise(handle, id, stepUp);
            if (done) {
                before.ifPresent(session -> observer.changed(
                        handle,
                        evidence,
                        id,
                        new SessionObserver.Change.Raised(
                                strongest(session), stepUp, session.state() == SessionState.SUSPENDED)));
                evidence.record(Entry.of("session.raised", id.value())
                        .with("acr", stepUp.acr())
                        .with("amr", stepUp.amr().stream().sorted().toList())
                        .with("auth_time", stepUp.at().toString()));
            }
            return done;
        });
        forget(id);
        if (!raised) {
            throw Problem.conflict("session-ended", "The session has ended or is suspended");
        }
    }

    @Override
    public void signal(SessionId id, String kind, String detail) {
        var now = clock.instant();
        var seen = limits.admit(id, kind, now);
        if (seen == 0) {
            return;
        }
        journal.commit((handle, evidence) -> {
            SessionStore.signal(handle, id, new Signal(now, kind, detail), seen);
            evidence.record(Entry.of("session.signal", id.value())
                    .with("kind", kind)
                    .with("detail", detail)
                    .with("seen", seen));
            return seen;
        });
        forget(id);
    }

    @Override
    public List<Signal> signals(SessionId id) {
        return store.signals(id);
    }

    @Override
    public void suspend(SessionId id, String reason) {
        journal.commit((handle, evidence) -> suspend(handle, evidence, observer, id, reason));
        forget(id);
    }

    static boolean suspend(
            Handle handle, Journal.Recorder evidence, SessionObserver observer, SessionId id, String reason) {
        var done = SessionStore.suspend(handle, id, reason);
        if (done) {
            evidence.record(Entry.of("session.suspended", id.value()).with("reason", reason));
            observer.changed(handle, evidence, id, new SessionObserver.Change.Suspended(reason));
        }
        return done;
    }

    /** What the session's authentications are worth together. */
    static Assurance strongest(Session session) {
        var stepUp = session.stepUp();
        return stepUp != null && Acr.satisfies(stepUp.acr(), session.login().acr()) ? stepUp : session.login();
    }

    /** A change that was rolled back for good has changed nothing that the cache could know. */
    @Override
    public <T> T commit(Change<T> change) {
        var touched = new LinkedHashSet<SessionId>();
        try {
            return journal.commit((handle, evidence) -> {
                var changes = new NamedChanges(handle, evidence, observer);
                touched.clear(); // an earlier run of the same change was rolled back
                var result = change.apply(handle, evidence, changes);
                touched.addAll(changes.touched());
                return result;
            });
        } finally {
            touched.forEach(this::forget);
        }
    }

    @Override
    public void end(SessionId id, String reason) {
        var ended = journal.commit((handle, evidence) -> end(handle, evidence, observer, id, reason));
        forget(id);
        ended.forEach(this::forget);
    }

    /** Ends the session and all below it. */
    static List<SessionId> end(
            Handle handle, Journal.Recorder evidence, SessionObserver observer, SessionId id, String reason) {
        var ended = new ArrayList<SessionId>();
        var left = new ArrayDeque<>(List.of(id));
        while (!left.isEmpty()) {
            var next = left.remove();
            var why = next.equals(id) ? reason : "its parent ended: " + reason;
            if (SessionStore.end(handle, next, why)) {
                evidence.record(Entry.of("session.ended", next.value()).with("reason", why));
                observer.changed(handle, evidence, next, new SessionObserver.Change.Ended(why));
                ended.add(next);
            }
            left.addAll(SessionStore.children(handle, next));
        }
        return ended;
    }

    /** Seldom enough not to burden the disk. */
    @Override
    public void used(Session session) {
        var now = clock.instant();
        var idle = lifetimes.idle();
        var part = idle.dividedBy(EXTENSIONS_PER_IDLE);
        var step = part.compareTo(MIN_EXTENSION) < 0 ? MIN_EXTENSION : part;
        var extended = now.plus(idle);
        if (session.idleExpiresAt().plus(step).isAfter(extended)) {
            return;
        }
        journal.commit((handle, evidence) -> {
            SessionStore.touch(handle, session.id(), extended);
            return session.id();
        });
        forget(session.id());
    }

    private void forget(SessionId id) {
        if (cache != null) {
            cache.invalidate(id);
        }
    }
}
