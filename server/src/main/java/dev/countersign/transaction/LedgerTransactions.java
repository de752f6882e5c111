package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.evidence.Journal.Recorder;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.session.SessionId;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequest.State;
import dev.countersign.transaction.RequestChange.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;

/** Transactions over the database and the evidence log. */
final class LedgerTransactions implements Transactions {
    /** Tries when another node withdraws or spends in the same moment. */
    private static final int MAX_TRIES = 12;

    /** Longest pause before the second try; before each further one it is as much longer. */
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final TransactionReader reader;
    private final Database database;
    private final Journal journal;
    private final Receipts receipts;
    private final BindingTokens tokens;
    private final Groups groups;
    private final RequestChanges changes;
    private final RandomIds ids;
    private final InstantSource clock;

    LedgerTransactions(
            TransactionReader reader,
            Database database,
            Journal journal,
            Receipts receipts,
            BindingTokens tokens,
            Groups groups,
            RequestChanges changes,
            RandomIds ids,
            InstantSource clock) {
        this.reader = reader;
        this.database = database;
        this.journal = journal;
        this.receipts = receipts;
        this.tokens = tokens;
        this.groups = groups;
        this.changes = changes;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public Transaction read(
            EnforcementPoint asker,
            Principal requester,
            Person person,
            String action,
            String resourceType,
            String resourceId,
            Fields transaction) {
        return reader.read(asker, requester, person, action, resourceType, resourceId, transaction);
    }

    @Override
    public Earlier earlier(Transaction transaction, Instant now) {
        var known = database.read(handle -> standing(handle, transaction));
        if (known.receipt().isPresent()) {
            return afterPermit(known.receipt().get(), transaction, now);
        }
        return known.other().<Earlier>map(Earlier.OtherBytes::new).orElseGet(Earlier.Open::new);
    }

    private static Standing standing(Handle handle, Transaction transaction) {
        var receipt = ReceiptStore.find(handle, transaction.enforcementPoint(), transaction.id());
        return new Standing(receipt, receipt.isPresent() ? Optional.empty() : otherBytes(handle, transaction));
    }

    /** Of requests in force, and of an earlier permit that may be tried again: an id stands for one transaction for good. */
    private static Optional<TransactionHash> otherBytes(Handle handle, Transaction transaction) {
        return RequestStore.otherBytes(handle, transaction.enforcementPoint(), transaction.id(), transaction.hash())
                .or(() -> ReceiptStore.released(handle, transaction.enforcementPoint(), transaction.id())
                        .map(StoredReceipt::hash)
                        .filter(hash -> !hash.equals(transaction.hash())));
    }

    private Earlier afterPermit(StoredReceipt stored, Transaction transaction, Instant now) {
        if (!stored.hash().equals(transaction.hash())) {
            return new Earlier.OtherBytes(stored.hash());
        }
        if (Outcome.UNKNOWN.equals(stored.outcome())) {
            return new Earlier.Unresolved();
        }
        return isStillGood(stored, now) ? new Earlier.Permitted(receipts.sign(stored)) : new Earlier.Spent();
    }

    private static boolean isStillGood(StoredReceipt stored, Instant now) {
        return stored.outcome() == null && now.isBefore(stored.expiresAt());
    }

    @Override
    public History history(Transaction transaction, Instant now) {
        return database.read(handle -> HistoryStore.of(handle, groups.one(transaction.person()), transaction, now));
    }

    @Override
    public boolean isApproved(Transaction transaction, ApprovalNeed need, Instant now) {
        return database.read(handle -> tally(handle, transaction, now)).meets(need);
    }

    @Override
    public boolean isSigned(Transaction transaction, Instant now) {
        return database.read(handle -> tally(handle, transaction, now))
                .signature()
                .isPresent();
    }

    @Override
    public Offer offer(Transaction transaction, SessionId session, Terms terms) {
        return tokens.issue(transaction, session, terms, clock.instant());
    }

    @Override
    public Spending spend(Transaction transaction, Terms terms, Entry decision, Also also) {
        // Signing waits until after the commit: the journal's writer serves everybody.
        return signed(spendOnce(transaction, terms, decision, also, MAX_TRIES));
    }

    private Attempt spendOnce(Transaction transaction, Terms terms, Entry decision, Also also, int tries) {
        var id = ids.next("rc_");
        var now = clock.instant();
        try {
            return journal.commit(
                    (handle, evidence) -> attempt(handle, evidence, transaction, terms, decision, also, id, now));
        } catch (Changed e) {
            if (tries == 1) {
                throw Problem.unavailable("The approvals change while they are spent");
            }
            pause(MAX_TRIES - tries + 1);
            return spendOnce(transaction, terms, decision, also, tries - 1);
        }
    }

    /** Somewhere up to {@code failures} pauses, so that nodes that met do not meet again. */
    private static void pause(int failures) {
        try {
            Thread.sleep(Duration.ofNanos(ThreadLocalRandom.current()
                    .nextLong(PAUSE.multipliedBy(failures).toNanos())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The server is stopping");
        }
    }

    private Attempt attempt(
            Handle handle,
            Recorder evidence,
            Transaction transaction,
            Terms terms,
            Entry decision,
            Also also,
            String id,
            Instant now) {
        var known = standing(handle, transaction);
        if (known.receipt().isPresent()) {
            var earlier = known.receipt().get();
            if (!earlier.hash().equals(transaction.hash())) {
                return new Attempt.Other(new Spending.OtherTransaction(transaction.hash()));
            }
            // Permitted since this decision looked, and perhaps carried out: only a receipt that is still good is given
            // again.
            return isStillGood(earlier, now)
                    ? new Attempt.Known(transaction)
                    : new Attempt.Other(new Spending.Over(Outcome.UNKNOWN.equals(earlier.outcome())));
        }
        if (known.other().isPresent()) {
            return new Attempt.Other(new Spending.OtherTransaction(transaction.hash()));
        }
        if (terms.approval() != null
                && !RequestStore.isFor(handle, terms.approval(), transaction.enforcementPoint(), transaction.hash())) {
            return new Attempt.Other(new Spending.OtherTransaction(transaction.hash()));
        }
        var human = groups.one(transaction.person());
        if (!HistoryStore.isAlone(handle, database.engine(), human)) {
            throw new Changed();
        }
        var relied = terms.relied();
        if (relied != null && !relied.holds(HistoryStore.of(handle, human, transaction, now))) {
            return new Attempt.Other(new Spending.OtherHistory());
        }
        var tally = tally(handle, transaction, now);
        var used = new TreeMap<String, Approval>();
        for (var need : terms.needs()) {
            var counted = tally.of(need);
            if (counted.size() < need.quorum()) {
                return new Attempt.Other(new Spending.NotEnough(need, counted.size()));
            }
            counted.forEach(approval -> used.put(approval.id(), approval));
        }
        if (terms.signature()) {
            var own = tally.signature();
            if (own.isEmpty()) {
                return new Attempt.Other(new Spending.NotSigned());
            }
            used.put(own.get().id(), own.get());
        }
        var receipt = receipt(transaction, terms, id, now);
        var unapproved = used.values().stream()
                .allMatch(approval -> groups.one(approval.person()).equals(human));
        if (!ReceiptStore.insert(handle, receipt, human, unapproved, transaction.moved())) {
            throw new Changed();
        }
        spendAll(handle, evidence, used, receipt);
        evidence.record(
                decision.with("receipt", id)
                        .with("approvals", List.copyOf(used.keySet()))
                        .with("transaction_hash", transaction.hash().hex()),
                index -> ReceiptStore.index(handle, id, index));
        also.happen(handle, evidence, id);
        return new Attempt.Permitted(transaction);
    }

    private void spendAll(Handle handle, Recorder evidence, Map<String, Approval> used, StoredReceipt receipt) {
        if (!ApprovalStore.spend(handle, used.keySet(), receipt.id())) {
            throw new Changed();
        }
        var requests = new TreeSet<String>();
        used.values().forEach(approval -> requests.add(approval.request()));
        for (var request : requests) {
            if (!RequestStore.end(handle, request, RequestEnd.of(State.SPENT, null, null, receipt.issuedAt()))) {
                throw new Changed();
            }
        }
        for (var request : requests) {
            changes.tell(handle, evidence, Kind.SPENT, request, null, receipt.issuedAt());
        }
        for (var approval : used.values()) {
            evidence.record(
                    Entry.of("approval.spent", approval.id())
                            .with("receipt", receipt.id())
                            .with("request", approval.request())
                            .with("transaction", receipt.transactionId())
                            .with("transaction_hash", receipt.hash().hex())
                            .with("person", approval.person().id()),
                    index -> ApprovalStore.spentIndex(handle, approval.id(), index));
        }
    }

    private static StoredReceipt receipt(Transaction transaction, Terms terms, String id, Instant now) {
        return new StoredReceipt(
                id,
                transaction.enforcementPoint(),
                transaction.id(),
                transaction.type(),
                transaction.hash(),
                transaction.canonical(),
                transaction.lines(),
                transaction.requester().toString(),
                transaction.person(),
                terms.evaluationId(),
                terms.policy(),
                0,
                now,
                now.plus(Receipts.LIFETIME),
                null,
                -1);
    }

    private Spending signed(Attempt attempt) {
        return switch (attempt) {
            case Attempt.Known known -> new Spending.AlreadySpent(committed(known.transaction()));
            case Attempt.Other other -> other.answer();
            case Attempt.Permitted permitted -> new Spending.Spent(committed(permitted.transaction()));
        };
    }

    /** Read again after the commit: inside it, a receipt of the same commit does not know its evidence index yet. */
    private Receipt committed(Transaction transaction) {
        return receipts.sign(
                database.read(handle -> ReceiptStore.find(handle, transaction.enforcementPoint(), transaction.id()))
                        .orElseThrow());
    }

    private Tally tally(Handle handle, Transaction transaction, Instant now) {
        var inForce = ApprovalStore.inForce(handle, transaction.enforcementPoint(), transaction.hash());
        return new Tally(transaction.person(), inForce, groups, now);
    }

    /** What stands under a transaction's id: its receipt, or else other bytes that people were asked to sign. */
    private record Standing(Optional<StoredReceipt> receipt, Optional<TransactionHash> other) {}

    /** What the writer found; receipts are signed on the caller's thread. */
    private sealed interface Attempt {
        record Permitted(Transaction transaction) implements Attempt {}

        record Known(Transaction transaction) implements Attempt {}

        record Other(Spending answer) implements Attempt {}
    }

    /** Another node changed what this change relied on: roll back and look again. */
    private static final class Changed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Changed() {
            super(null, null, false, false);
        }
    }
}
