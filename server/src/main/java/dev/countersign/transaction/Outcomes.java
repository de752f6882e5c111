package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.evidence.Journal.Recorder;
import dev.countersign.http.Problem;
import dev.countersign.session.Person;
import dev.countersign.transaction.AccessRequest.State;
import dev.countersign.transaction.RequestChange.Kind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What became of permitted transactions.
 *
 * <pre>
 * (none) → executed → reversed
 * (none) → failed
 * (none) → unknown → executed, failed     the enforcement point learned the truth, or a person found out
 *                  → not_executed         a person's word alone: the transaction may be asked for again
 * not_executed → executed                 the enforcement point learned late that it was: nothing may be tried again
 * </pre>
 *
 * Nothing here gives an approval back: after {@code not_executed} the transaction is evaluated anew and wants new
 * signatures; a reversed one stays spent.
 */
final class Outcomes {
    /** What an enforcement point may report. */
    static final Set<String> WORDS = Set.of(Outcome.EXECUTED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.REVERSED);

    private final Journal journal;
    private final RequestChanges changes;
    private final InstantSource clock;

    Outcomes(Journal journal, RequestChanges changes, InstantSource clock) {
        this.journal = journal;
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * The enforcement point's word; saying it again changes nothing. Throws Problem 404 for a transaction never permitted
     * there, 409 when another outcome stands.
     */
    void report(EnforcementPoint point, String transaction, String outcome) {
        var now = clock.instant();
        journal.commit((handle, evidence) -> {
            var current = ReceiptStore.find(handle, point.id(), transaction);
            var receipt = current.or(() -> ReceiptStore.released(handle, point.id(), transaction))
                    .orElseThrow(() -> Problem.notFound("No such transaction was permitted"));
            if (outcome.equals(receipt.outcome())) {
                return receipt;
            }
            var changed = current.isPresent()
                    ? ReceiptStore.report(handle, receipt.id(), Outcome.before(outcome), outcome, now)
                    : outcome.equals(Outcome.EXECUTED) && ReceiptStore.reclaim(handle, receipt.id(), now);
            if (!changed) {
                throw Problem.conflict("other-outcome", "Another outcome was reported before");
            }
            var kind = receipt.outcome() == null
                    ? "transaction.outcome"
                    : outcome.equals(Outcome.REVERSED) ? "transaction.reversed" : "transaction.resolved";
            record(handle, evidence, Entry.of(kind, receipt.id()), receipt, new Word(outcome, point.id(), null, now));
            return receipt;
        });
    }

    /**
     * A person's word on a transaction whose outcome is unknown. Throws Problem 404 when there is no such receipt, 409 when
     * its outcome is known.
     *
     * @param evaluation the decision that let them
     */
    void resolve(String receiptId, String outcome, Person by, String evaluation, String note) {
        var now = clock.instant();
        journal.commit((handle, evidence) -> {
            var receipt = ReceiptStore.byId(handle, receiptId)
                    .orElseThrow(() -> Problem.notFound("There is no such transaction"));
            var released = outcome.equals(Outcome.NOT_EXECUTED);
            if (!(released
                    ? ReceiptStore.release(handle, receiptId, now)
                    : ReceiptStore.resolve(handle, receiptId, outcome, now))) {
                throw Problem.conflict("other-outcome", "Its outcome is not unknown any more");
            }
            if (released) {
                takeConsentsAway(handle, evidence, receipt, by, now);
            }
            record(
                    handle,
                    evidence,
                    Entry.of(released ? "transaction.released" : "transaction.resolved", receiptId)
                            .with("person", by.id())
                            .with("evaluation_id", evaluation)
                            .with("note", note),
                    receipt,
                    new Word(outcome, by.id(), note, now));
            return receipt;
        });
    }

    /** What was signed for the first try, spent or not, is not for the second. */
    private void takeConsentsAway(Handle handle, Recorder evidence, StoredReceipt receipt, Person by, Instant now) {
        RequestStore.release(handle, receipt.enforcementPoint(), receipt.hash());
        var open = RequestStore.inForce(handle, receipt.enforcementPoint(), receipt.hash())
                .filter(request -> request.state() == State.OPEN);
        if (open.isPresent()
                && RequestStore.end(
                        handle,
                        open.get().id(),
                        RequestEnd.of(State.CANCELLED, by, "The transaction is tried again", now))) {
            evidence.record(Entry.of("access_request.cancelled", open.get().id())
                    .with("transaction_hash", receipt.hash().hex())
                    .with("by", by.id()));
            changes.tell(handle, evidence, Kind.CANCELLED, open.get().id(), by, now);
        }
    }

    private static void record(Handle handle, Recorder evidence, Entry entry, StoredReceipt receipt, Word word) {
        evidence.record(
                entry.with("transaction", receipt.transactionId())
                        .with("transaction_hash", receipt.hash().hex())
                        .with("outcome", word.outcome())
                        .with("by", word.by()),
                index -> {
                    ReceiptStore.outcomeIndex(handle, receipt.id(), index);
                    OutcomeStore.insert(handle, receipt.id(), index, word);
                });
    }

    /**
     * One word on an outcome.
     *
     * @param by an enforcement point or a person
     */
    record Word(String outcome, String by, @Nullable String note, Instant at) {}
}
