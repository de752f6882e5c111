package dev.countersign.transaction;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.session.Person;
import dev.countersign.transaction.RequestChange.Kind;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Ends what a person asked for and signed when they say that it was not them. What is spent stays spent. */
final class TakenBack implements DisownedConsents {
    private final RequestChanges changes;

    TakenBack(RequestChanges changes) {
        this.changes = changes;
    }

    @Override
    public int takeBack(Handle handle, Journal.Recorder evidence, Person person, Instant now) {
        var count = 0;
        for (var request : handle.createQuery("select id from access_request where person = :person and state = 'open'")
                .bind("person", person.id())
                .mapTo(String.class)
                .list()) {
            if (RequestStore.end(handle, request, RequestEnd.notGenuine(person, "This was not me", now))) {
                evidence.record(Entry.of("access_request.denied", request)
                        .with("by", person.id())
                        .with("reason", "This was not me"));
                changes.tell(handle, evidence, Kind.DENIED, request, person, now);
                count++;
            }
        }
        for (var request : handle.createQuery("""
                        select request from approval
                        where person = :person and withdrawn_at is null and receipt is null""")
                .bind("person", person.id())
                .mapTo(String.class)
                .list()) {
            var withdrawn = ApprovalStore.withdraw(handle, request, person, now);
            if (withdrawn.isPresent()) {
                evidence.record(Entry.of("approval.withdrawn", withdrawn.get())
                        .with("request", request)
                        .with("person", person.id())
                        .with("reason", "This was not me"));
                changes.tell(handle, evidence, Kind.WITHDRAWN, request, person, withdrawn.get(), now);
                count++;
            }
        }
        return count;
    }
}
