package dev.countersign.transaction;

import dev.countersign.session.Session;
import dev.countersign.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What waits for a person, and what is theirs. */
final class Inbox {
    /** Own requests listed. */
    static final int MAX_OWN = 20;

    private final Database database;
    private final Approvals approvals;
    private final InstantSource clock;

    Inbox(Database database, Approvals approvals, InstantSource clock) {
        this.database = database;
        this.approvals = approvals;
        this.clock = clock;
    }

    List<AccessRequest> waitingFor(Session session) {
        var now = clock.instant();
        return database.read(handle -> RequestStore.allOpen(handle, now)).stream()
                .filter(request -> approvals.maySign(request, session, now))
                .toList();
    }

    List<AccessRequest> of(Session session) {
        return database.read(handle -> RequestStore.of(handle, session.person(), MAX_OWN));
    }

    List<Outcomes.Word> words(StoredReceipt receipt) {
        return database.read(handle -> OutcomeStore.of(handle, receipt.id()));
    }

    Optional<StoredReceipt> receipt(String id, Session session) {
        return database.read(handle -> ReceiptStore.visible(handle, id, session.person()));
    }
}
