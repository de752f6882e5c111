package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Fields;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.session.SessionId;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What the decision asks of transactions. */
public interface Transactions {
    /**
     * Validates {@code {id, type, details}} against the type, canonicalises and hashes it. Writes nothing. Throws Problem
     * 400 naming the member.
     */
    Transaction read(
            EnforcementPoint asker,
            Principal requester,
            Person person,
            String action,
            String resourceType,
            String resourceId,
            Fields transaction);

    /** What already happened under this transaction's id. */
    Earlier earlier(Transaction transaction, Instant now);

    /** What the requester had permitted lately, this included. */
    History history(Transaction transaction, Instant now);

    /** True when enough people have signed exactly this transaction for {@code need}, unspent and unexpired. */
    boolean isApproved(Transaction transaction, ApprovalNeed need, Instant now);

    /** True when the requester has signed exactly this transaction ({@code @require("signature")}), unspent. */
    boolean isSigned(Transaction transaction, Instant now);

    /**
     * Spends the approvals of every need, and the requester's signature where asked, and writes receipt and evidence, in
     * one database transaction. {@code decision} is recorded with it, and {@code also} happens in it when this call is the
     * one that permits.
     */
    Spending spend(Transaction transaction, Terms terms, Entry decision, Also also);

    /** What else happens with a permit. May run more than once for one: no effects outside {@code database} and {@code evidence}. */
    @FunctionalInterface
    interface Also {
        /** Nothing. */
        Also NOTHING = (database, evidence, receipt) -> {};

        void happen(Handle database, Journal.Recorder evidence, String receipt);
    }

    /** Where to ask for what is missing. The binding token ties the request to this session and these bytes. */
    Offer offer(Transaction transaction, SessionId session, Terms terms);

    /**
     * Under which decision something is spent or offered.
     *
     * @param policy hash of the policy set
     * @param approval id of the approval that the caller named ({@code context.approval.id}), or null: when named, it
     *     must be one for exactly this transaction, else {@link Spending.OtherTransaction}
     * @param relied or null when the history did not matter
     */
    record Terms(
            String evaluationId,
            String policy,
            List<ApprovalNeed> needs,
            boolean signature,
            @Nullable String approval,
            @Nullable Relied relied) {}

    /**
     * The history that a decision rests on.
     *
     * @param history as it was seen
     * @param otherwise whether the same is permitted on the same terms with another history; asked within the commit, perhaps
     *     more than once
     */
    record Relied(History history, Predicate<History> otherwise) {
        boolean holds(History now) {
            return now.equals(history) || otherwise.test(now);
        }
    }

    /** State of a transaction id at an enforcement point. */
    sealed interface Earlier {
        /** Never permitted. */
        record Open() implements Earlier {}

        /** Permitted for the same bytes, receipt still valid and no outcome reported: the same answer again. */
        record Permitted(Receipt receipt) implements Earlier {}

        /** Permitted for the same bytes and used up: outcome reported, or the receipt expired. */
        record Spent() implements Earlier {}

        /** The enforcement point reported {@code unknown}; a person must resolve it. */
        record Unresolved() implements Earlier {}

        /** The id was used for other bytes. */
        record OtherBytes(TransactionHash known) implements Earlier {}
    }

    /** What came of trying to spend. */
    sealed interface Spending {
        record Spent(Receipt receipt) implements Spending {}

        /** Somebody else's call was first, for the same bytes. */
        record AlreadySpent(Receipt earlier) implements Spending {}

        /** Somebody else's call was first, and its receipt is used up; {@code unresolved} when nobody knows how it ended. */
        record Over(boolean unresolved) implements Spending {}

        record NotEnough(ApprovalNeed need, int have) implements Spending {}

        /** The requester has not signed exactly this transaction, or no longer in force. */
        record NotSigned() implements Spending {}

        /** More was permitted in between, and with that history the decision is another. */
        record OtherHistory() implements Spending {}

        /** The id stands for other bytes, or the named approval is for another transaction. */
        record OtherTransaction(TransactionHash asked) implements Spending {}
    }

    /** AuthZEN {@code access_request}. */
    record Offer(URI endpoint, String template, Instant expiresAt, String bindingToken) {}
}
