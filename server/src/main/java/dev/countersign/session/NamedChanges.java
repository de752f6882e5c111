package dev.countersign.session;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.key.Sha256;
import dev.countersign.policy.MappedClaims;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** {@link NamedSessions.Changes} within one database transaction; remembers what it touched. */
final class NamedChanges implements NamedSessions.Changes {
    private final Handle handle;
    private final Journal.Recorder evidence;
    private final SessionObserver observer;
    private final Instant now;
    private final Set<SessionId> touched = new LinkedHashSet<>();

    NamedChanges(Handle handle, Journal.Recorder evidence, SessionObserver observer, Instant now) {
        this.handle = handle;
        this.evidence = evidence;
        this.observer = observer;
        this.now = now;
    }

    Set<SessionId> touched() {
        return touched;
    }

    @Override
    public List<SessionId> find(NamedSessions.Name name) {
        return SessionNames.find(handle, name);
    }

    @Override
    public Optional<Session> session(SessionId id) {
        return SessionStore.find(handle, id);
    }

    @Override
    public List<SessionId> end(SessionId id, String reason) {
        var ended = LiveSessions.end(handle, evidence, observer, id, reason);
        touched.addAll(ended);
        return ended;
    }

    @Override
    public List<SessionId> boundTo(Set<String> keys) {
        return SessionNames.boundTo(handle, keys);
    }

    @Override
    public boolean suspend(SessionId id, String reason) {
        var done = LiveSessions.suspend(handle, evidence, observer, id, reason);
        touched.add(id);
        return done;
    }

    @Override
    public boolean lower(SessionId id, String reason) {
        var before = SessionStore.find(handle, id).map(session -> session.assurance(now));
        if (before.isEmpty() || !SessionNames.lower(handle, id)) {
            return false;
        }
        touched.add(id);
        evidence.record(Entry.of("session.lowered", id.value()).with("reason", reason));
        observer.changed(handle, evidence, id, new SessionObserver.Change.Lowered(before.get(), reason));
        return true;
    }

    @Override
    public boolean claims(SessionId id, Set<String> groups, MappedClaims claims) {
        if (!SessionNames.claims(handle, id, groups, claims)) {
            return false;
        }
        touched.add(id);
        evidence.record(Entry.of("session.claims", id.value())
                .with("groups", groups.stream().sorted().toList()));
        return true;
    }

    @Override
    public void note(SessionId id, Sessions.Signal signal) {
        SessionStore.signal(handle, id, signal, 1);
        touched.add(id);
        evidence.record(Entry.of("session.signal", id.value())
                .with("signal", signal.kind())
                .with("detail", signal.detail())
                .with("seen", 1));
    }

    @Override
    public void block(NamedSessions.Account account, Instant since, String reason) {
        AccountBounds.block(handle, account, since, reason);
        evidence.record(entry("account.blocked", account).with("reason", reason));
    }

    @Override
    public boolean unblock(NamedSessions.Account account, Instant since) {
        var done = AccountBounds.unblock(handle, account, since);
        if (done) {
            evidence.record(entry("account.unblocked", account));
        }
        return done;
    }

    @Override
    public void refuseLoginsBefore(NamedSessions.Account account, Instant since, String reason) {
        AccountBounds.refuseBefore(handle, account, since, reason);
        evidence.record(entry("account.logins_refused", account)
                .with("before", since.toString())
                .with("reason", reason));
    }

    /** By its hash, as personal fields must not stand in the log. */
    private static Entry entry(String kind, NamedSessions.Account account) {
        return Entry.of(kind, Sha256.base64url(account.issuer() + '\n' + account.kind() + '\n' + account.value()))
                .with("issuer", account.issuer());
    }
}
