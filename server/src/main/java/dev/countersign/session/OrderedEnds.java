package dev.countersign.session;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Ends sessions in changes of a bounded size, each with an entry that says who wished it. */
final class OrderedEnds implements SessionEnding {
    /** Sessions that are ended in one change, besides those below them. */
    static final int MAX_IN_ONE = 200;

    private final LiveSessions sessions;
    private final Journal journal;
    private final SessionObserver observer;
    private final InstantSource clock;

    OrderedEnds(LiveSessions sessions, Journal journal, SessionObserver observer, InstantSource clock) {
        this.sessions = sessions;
        this.journal = journal;
        this.observer = observer;
        this.clock = clock;
    }

    @Override
    public int end(SessionId session, Ending ending) {
        return change(ending, Also.NOTHING, handle -> List.of(session)).size();
    }

    @Override
    public int endAll(Person person, @Nullable SessionId kept, Ending ending, Also also) {
        var total = 0;
        var more = also;
        while (true) {
            var ended = change(ending, more, handle -> others(handle, person, kept));
            if (ended.isEmpty()) {
                return total;
            }
            total += ended.size();
            more = Also.NOTHING;
        }
    }

    private List<SessionId> change(Ending ending, Also also, Choice choice) {
        var ended = journal.<List<SessionId>>commit((handle, evidence) -> {
            also.apply(handle, evidence);
            var all = new ArrayList<SessionId>();
            for (var id : choice.of(handle)) {
                all.addAll(LiveSessions.end(handle, evidence, observer, id, ending.reason()));
            }
            if (!all.isEmpty()) {
                evidence.record(entry(ending, all));
            }
            return all;
        });
        ended.forEach(sessions::forget);
        return ended;
    }

    private static Entry entry(Ending ending, List<SessionId> ended) {
        var entry = Entry.of("session.end_ordered", ending.by().id())
                .with("by", ending.by().id())
                .with("by_session", ending.session().value())
                .with("reason", ending.reason())
                .with("sessions", ended.stream().map(SessionId::value).toList());
        return ending.evaluation() == null ? entry : entry.with("evaluation_id", ending.evaluation());
    }

    /** What a session stands under cannot be kept without it, but what stands under the kept one can. */
    private List<SessionId> others(Handle handle, Person person, @Nullable SessionId kept) {
        return handle.createQuery("""
                        with recursive kept (id) as (
                            select id from session where id = :kept
                            union select session.id from session join kept on session.parent = kept.id)
                        select id from session
                        where person = :person and state <> 'ENDED' and expires_at > :now
                            and id not in (select id from kept)
                        order by started_at, id limit :max""")
                .bind("kept", kept == null ? "" : kept.value())
                .bind("person", person.id())
                .bind("now", clock.millis())
                .bind("max", MAX_IN_ONE)
                .map((row, context) -> new SessionId(row.getString(1)))
                .list();
    }

    /** Which sessions, as they stand inside the change. */
    private interface Choice {
        List<SessionId> of(Handle handle);
    }
}
