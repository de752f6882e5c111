package dev.countersign.transaction;

import dev.countersign.session.Person;
import dev.countersign.store.Database;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link UnresolvedTransactions} over the receipts. */
final class StoredUnresolved implements UnresolvedTransactions {
    private final Database database;
    private final Outcomes outcomes;
    private final PageViews views;

    StoredUnresolved(Database database, Outcomes outcomes, PageViews views) {
        this.database = database;
        this.outcomes = outcomes;
        this.views = views;
    }

    @Override
    public List<ReceiptPage> oldest(int limit, @Nullable String languages) {
        return database.read(handle -> ReceiptStore.unresolved(handle, limit)).stream()
                .map(receipt -> views.of(receipt, List.of(), languages))
                .toList();
    }

    @Override
    public Optional<About> find(String receipt) {
        return database.read(handle -> ReceiptStore.byId(handle, receipt))
                .map(found -> new About(found.id(), found.enforcementPoint(), found.type(), found.person()));
    }

    @Override
    public void resolve(String receipt, String outcome, Person by, String evaluation, String note) {
        outcomes.resolve(receipt, outcome, by, evaluation, note);
    }
}
