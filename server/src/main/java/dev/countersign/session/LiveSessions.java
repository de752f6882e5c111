package dev.countersign.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.Settings;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.jose.UsedOnce;
import dev.countersign.key.RandomIds;
import dev.countersign.key.Sha256;
import dev.countersign.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Sessions: opened, raised, suspended, ended, each change committed with its evidence.
 *
 * <p>On SQLite one process writes, so sessions are cached and dropped from the cache after each commit that changed them
 * ({@link SessionCache} loads and drops one key at a time, so no load that began before a commit survives it). On PostgreSQL other
 * nodes write too: every look reads the database.
 */
final class LiveSessions implements Sessions, SessionOpening, NamedSessions, SessionBinding {
    /** Shortest time between two extensions of a session's idle time. */
    static final Duration MIN_EXTENSION = Duration.ofSeconds(30);

    /** Part of the idle time that must have passed before it is extended. */
    static final int EXTENSIONS_PER_IDLE = 20;

    /** Sessions derived from one (RFC 8693) that can be live at once. */
    static final int MAX_DERIVED = 100;

    private final SessionStore store;
    private final Journal journal;
    private final People people;
    private final Lifespans lifespans;
    private final InstantSource clock;
    private final RandomIds ids;
    private final SessionObserver observer;
    private final SignalLimits limits = new SignalLimits();
    private final @Nullable SessionCache cache;

    LiveSessions(
            Database database,
            Journal journal,
            People people,
            Lifespans lifespans,
            InstantSource clock,
            RandomIds ids,
            SessionObserver observer) {
        this.store = new SessionStore(database);
        this.journal = journal;
        this.people = people;
        this.lifespans = lifespans;
        this.clock = clock;
        this.ids = ids;
        this.observer = observer;
        this.cache = database.engine() == Database.Engine.SQLITE ? new SessionCache() : null;
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

    /**
     * As {@link #open}, as often as it is asked for with the key of the first time. Empty when {@code hash} came with another key
     * before.
     */
    Optional<Session> openWithOneKey(Opening opening, String hash, String thumbprint, Instant expiresAt) {
        var pair = Sha256.base64url(hash + '\n' + thumbprint);
        return journal.commit((handle, evidence) -> {
            var now = clock.instant();
            if (UsedOnce.use(handle, hash, expiresAt, now)) {
                UsedOnce.use(handle, pair, expiresAt, now);
            } else if (!UsedOnce.isUsed(handle, pair)) {
                return Optional.empty();
            }
            return Optional.of(insert(handle, evidence, opening));
        });
    }

    private Session insert(Handle handle, Journal.Recorder evidence, Opening opening) {
        var span = lifespans.of(opening);
        var session = session(opening, span, end(handle, opening, span));
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
                .with("binding", session.binding().kind())
                .with("idle_seconds", session.idle().toSeconds())
                .with("ends_at", session.expiresAt().toString());
        GrantJson.describe(session.grant(), entry);
        evidence.record(
                session.parent() == null
                        ? entry
                        : entry.with("parent", session.parent().value()));
        return session;
    }

    /** When a session opened now ends in any case: not after its parent. Refuses under a parent that has ended. */
    private Instant end(Handle handle, Opening opening, Settings.Span span) {
        var now = clock.instant();
        var parent = opening.parent();
        var latest = now.plus(span.absolute());
        var end = opening.endsBy() == null || latest.isBefore(opening.endsBy()) ? latest : opening.endsBy();
        if (parent == null) {
            return end;
        }
        var live = SessionStore.hold(handle, parent)
                ? SessionStore.find(handle, parent).filter(session -> now.isBefore(session.expiresAt()))
                : Optional.<Session>empty();
        var above = live.orElseThrow(() -> Problem.conflict("session-ended", "The session to open under has ended"));
        if (opening.grant() != null
                && opening.grant().derived()
                && SessionStore.liveChildren(handle, parent, now) >= MAX_DERIVED) {
            throw new Problem(429, "too-many-sessions", "Too many sessions are open under this one");
        }
        return above.expiresAt().isBefore(end) ? above.expiresAt() : end;
    }

    private Session session(Opening opening, Settings.Span span, Instant end) {
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
                now.plus(span.idle()),
                Instant.ofEpochMilli(end.toEpochMilli()),
                0,
                opening.claims(),
                span.idle(),
                opening.grant() == null ? lifespans.grant(opening.client()) : opening.grant());
    }

    @Override
    public Optional<Session> find(SessionId id) {
        if (cache == null) {
            return store.find(id);
        }
        return cache.find(id, store::find);
    }

    /** What {@code look} finds in the database now. */
    <T> T read(Function<Handle, T> look) {
        return store.read(look);
    }

    /** Of a session derived from another: whether that one, and what it came of itself, is live. Else true. */
    boolean originIsLive(Session session) {
        var now = clock.instant();
        for (var each = session; each.grant().derived(); ) {
            var origin = each.parent() == null ? null : find(each.parent()).orElse(null);
            if (origin == null || !origin.isLive(now)) {
                return false;
            }
            each = origin;
        }
        return true;
    }

    @Override
    public List<Session> of(Person person) {
        return store.of(person, clock.instant());
    }

    @Override
    public boolean bind(SessionId id, Binding binding, Consumer<Handle> together) {
        var bound = journal.commit((handle, evidence) -> {
            var done = SessionStore.bind(handle, id, binding);
            if (done) {
                evidence.record(Entry.of("session.bound", id.value())
                        .with("binding", binding.kind())
                        .with("key", requireNonNull(SessionStore.key(binding), "no key to bind to")));
                together.accept(handle);
            }
            return done;
        });
        forget(id);
        return bound;
    }

    @Override
    public void raise(SessionId id, Assurance assurance) {
        var stepUp = lifespans.bounded(assurance);
        var raised = journal.commit((handle, evidence) -> {
            var before = SessionStore.find(handle, id);
            var done = SessionStore.raise(handle, id, stepUp);
            if (done) {
                before.ifPresent(session -> observer.changed(
                        handle,
                        evidence,
                        id,
                        new SessionObserver.Change.Raised(
                                session.assurance(clock.instant()),
                                stepUp,
                                session.state() == SessionState.SUSPENDED)));
                evidence.record(Entry.of("session.raised", id.value())
                        .with("acr", stepUp.acr())
                        .with("amr", stepUp.amr().stream().sorted().toList())
                        .with("auth_time", stepUp.at().toString())
                        .with("until", String.valueOf(stepUp.until())));
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
                    .with("signal", kind) // "kind" is the entry's own
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

    /** A change that was rolled back for good has changed nothing that the cache could know. */
    @Override
    public <T> T commit(Change<T> change) {
        var touched = new LinkedHashSet<SessionId>();
        try {
            return journal.commit((handle, evidence) -> {
                var changes = new NamedChanges(handle, evidence, observer, clock.instant());
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
        var idle = session.idle();
        var part = idle.dividedBy(EXTENSIONS_PER_IDLE);
        var step = part.compareTo(MIN_EXTENSION) < 0 ? MIN_EXTENSION : part;
        var extended = now.plus(idle);
        if (session.idleExpiresAt().plus(step).isAfter(extended)) {
            return;
        }
        journal.commit((handle, evidence) -> {
            SessionStore.touch(handle, session.id(), extended);
            SessionStore.note(handle, session.id(), now);
            return session.id();
        });
        forget(session.id());
    }

    void forget(SessionId id) {
        if (cache != null) {
            cache.forget(id);
        }
    }
}
