package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import java.time.InstantSource;
import java.util.Set;

/** What became of permitted transactions. The first report stands; {@code unknown} may be resolved, once. */
final class Outcomes {
    static final Set<String> WORDS = Set.of("executed", "failed", "unknown");

    private final Journal journal;
    private final InstantSource clock;

    Outcomes(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /** Throws Problem 404 for a transaction never permitted there, 409 when another outcome stands. */
    void report(EnforcementPoint point, String transaction, String outcome) {
        var now = clock.instant();
        journal.commit((handle, evidence) -> {
            var receipt = ReceiptStore.find(handle, point.id(), transaction)
                    .orElseThrow(() -> Problem.notFound("No such transaction was permitted"));
            if (outcome.equals(receipt.outcome())) {
                return receipt;
            }
            if (!ReceiptStore.report(handle, receipt.id(), outcome, now)) {
                throw Problem.conflict("other-outcome", "Another outcome was reported before");
            }
            evidence.record(
                    Entry.of(receipt.outcome() == null ? "transaction.outcome" : "transaction.resolved", receipt.id())
                            .with("transaction", transaction)
                            .with("transaction_hash", receipt.hash().hex())
                            .with("outcome", outcome),
                    index -> ReceiptStore.outcomeIndex(handle, receipt.id(), index));
            return receipt;
        });
    }
}
