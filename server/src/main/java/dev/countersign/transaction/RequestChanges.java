package dev.countersign.transaction;

import dev.countersign.evidence.Journal.Recorder;
import dev.countersign.session.Person;
import dev.countersign.transaction.RequestChange.Kind;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Tells everybody who must know what happened to a request, within the commit in which it happened. */
final class RequestChanges {
    private final List<RequestObserver> observers;

    RequestChanges(List<RequestObserver> observers) {
        this.observers = List.copyOf(observers);
    }

    void tell(Handle database, Recorder evidence, Kind kind, String request, @Nullable Person by, Instant at) {
        tell(database, evidence, kind, request, by, null, at);
    }

    void tell(
            Handle database,
            Recorder evidence,
            Kind kind,
            String request,
            @Nullable Person by,
            @Nullable String approval,
            Instant at) {
        RequestStore.touch(database, request, at);
        if (observers.isEmpty()) {
            return;
        }
        var now = RequestStore.find(database, request).orElseThrow();
        var change = new RequestChange(kind, now, by, approval, at);
        observers.forEach(observer -> observer.changed(database, evidence, change));
    }
}
