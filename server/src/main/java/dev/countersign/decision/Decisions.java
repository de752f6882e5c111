package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.Settings.Right;
import dev.countersign.decision.Identification.Identified;
import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.policy.Answer;
import dev.countersign.policy.Evaluation;
import dev.countersign.policy.PolicySet;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.DecisionRecord.Stated;
import dev.countersign.review.Reviews;
import dev.countersign.session.People;
import dev.countersign.session.Presented;
import dev.countersign.session.SessionCheck;
import dev.countersign.session.SessionCheck.Checked;
import dev.countersign.transaction.Receipt;
import dev.countersign.transaction.Transaction;
import dev.countersign.transaction.Transactions;
import dev.countersign.transaction.Transactions.Also;
import dev.countersign.transaction.Transactions.Earlier;
import dev.countersign.transaction.Transactions.Relied;
import dev.countersign.transaction.Transactions.Spending;
import dev.countersign.transaction.Transactions.Terms;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides: who asks is live and proven, what is asked fits policy now, what is required has happened; then records it. */
final class Decisions {
    /** How often a decision is made again because more was permitted in between. */
    private static final int MAX_HISTORIES = 5;

    private final SessionCheck sessions;
    private final Identification identification;
    private final Transactions transactions;
    private final Requirements requirements;
    private final Supplier<PolicySet> policies;
    private final StoredEntities entities;
    private final Surroundings surroundings;
    private final RequestMisfits misfits;
    private final Reviews reviews;
    private final Journal journal;
    private final Consumer<DecisionRecord> records;
    private final RandomIds ids;
    private final InstantSource clock;

    Decisions(
            SessionCheck sessions,
            People people,
            Transactions transactions,
            Supplier<PolicySet> policies,
            StoredEntities entities,
            Surroundings surroundings,
            RequestMisfits misfits,
            Reviews reviews,
            Journal journal,
            Consumer<DecisionRecord> records,
            RandomIds ids,
            InstantSource clock) {
        this.sessions = sessions;
        this.identification = new Identification(people);
        this.transactions = transactions;
        this.requirements = new Requirements(transactions);
        this.policies = policies;
        this.entities = entities;
        this.surroundings = surroundings;
        this.misfits = misfits;
        this.reviews = reviews;
        this.journal = journal;
        this.records = records;
        this.ids = ids;
        this.clock = clock;
    }

    /** The decision, durable. Throws Problem: 400 when the question does not fit, 503 when it cannot be recorded. */
    Decision decide(EnforcementPoint asker, Question question) {
        return decide(asker, question, sessions);
    }

    /**
     * As {@link #decide}, for the questions of one request of the caller's (a batch): they share one proof, and so it is
     * checked once, not refused as a replay of itself.
     */
    Function<Question, Decision> together(EnforcementPoint asker) {
        var checked = new HashMap<Presented, Checked>();
        SessionCheck once = presented -> checked.computeIfAbsent(presented, sessions::check);
        return question -> decide(asker, question, once);
    }

    /** Problem 400 for a transaction that does not fit, and for one of somebody who cannot have any. */
    private Transaction read(EnforcementPoint asker, Actor actor, Question question, Fields transaction) {
        if (!(actor instanceof Actor.Account account)) {
            throw Problem.invalid(transaction.at("type"), "Only users, workloads and agents have transactions");
        }
        var resource = question.resource();
        return transactions.read(
                asker,
                account.principal(),
                account.person(),
                question.action().name(),
                resource.type(),
                resource.id(),
                transaction);
    }

    /** As {@link #decide(EnforcementPoint, Question)}, with {@code check} looking at what was presented. */
    Decision decide(EnforcementPoint asker, Question question, SessionCheck check) {
        var policy = policies.get();
        var at = clock.instant();
        var draft = new Draft(
                ids.next("ev_", at), at, asker, question, policy.hash().value());
        var decision = decide(draft, policy, check);
        records.accept(draft.record(decision));
        return decision;
    }

    private Decision decide(Draft draft, PolicySet policy, SessionCheck check) {
        var asker = draft.asker;
        var question = draft.question;
        var identified =
                identification.identify(asker, question.subject(), question.presented(), check, policy.requests());
        draft.nonce = identified.nonce();
        return switch (identified) {
            case Identified.Unknown unknown -> {
                var session = unknown.session();
                draft.session = session;
                if (session != null) {
                    surroundings.refused(session, unknown.code().word(), draft.at);
                }
                yield refuse(draft, unknown.code(), unknown.text());
            }
            case Identified.Known known -> {
                var session = known.session();
                draft.session = session == null ? null : session.id();
                draft.account = known.actor() instanceof Actor.Account account ? account : null;
                draft.actors = session == null ? List.of() : session.grant().actors();
                var seen = session == null
                        ? surroundings.around(null, question.ip(), draft.at)
                        : surroundings.acting(session, question.ip(), draft.at);
                yield withTransaction(
                        draft,
                        policy,
                        new Facts(
                                asker, question, known.actor(), session, known.provedAt(), seen, null, null, draft.at));
            }
        };
    }

    private Decision withTransaction(Draft draft, PolicySet policy, Facts facts) {
        var asked = draft.question.transaction();
        if (asked == null) {
            return isOnlyForTransactions(facts)
                    ? refuse(draft, ReasonCode.TRANSACTION_MISMATCH, "The session is for certain transactions alone")
                    : evaluate(draft, policy, facts, 1);
        }
        var transaction = read(draft.asker, facts.actor(), draft.question, asked);
        draft.transaction = transaction;
        if (isOnlyForTransactions(facts)
                && !requireNonNull(facts.session())
                        .grant()
                        .details()
                        .include(transaction.type(), transaction.details())) {
            return refuse(draft, ReasonCode.TRANSACTION_MISMATCH, "The session is for other transactions than this");
        }
        return switch (transactions.earlier(transaction, draft.at)) {
            case Earlier.Open open -> evaluate(draft, policy, facts.with(transaction), MAX_HISTORIES);
            case Earlier.Permitted permitted -> permit(draft, permitted.receipt());
            case Earlier.Spent spent -> alreadySpent(draft);
            case Earlier.Unresolved unresolved -> unresolved(draft);
            case Earlier.OtherBytes other ->
                refuse(draft, ReasonCode.TRANSACTION_MISMATCH, "This transaction id stands for other details");
        };
    }

    /** RFC 9396: whose session was granted for authorization details acts within them, whatever policy would permit. */
    private static boolean isOnlyForTransactions(Facts facts) {
        return facts.session() != null && !facts.session().grant().details().isEmpty();
    }

    /** @param tries how often the history may turn out to be another when its terms are spent */
    private Decision evaluate(Draft draft, PolicySet policy, Facts known, int tries) {
        var facts = withHistory(policy, known);
        var asked = Asked.of(facts, policy, entities.with(policy));
        draft.warnings = misfits.judge(facts, asked);
        var evaluation = policy.evaluate(asked.request(), asked.all());
        draft.asked = asked;
        var satisfied = requirements.satisfied(facts);
        var answer = asked.answer(evaluation, satisfied);
        if (!(answer instanceof Answer.Permit) && draft.asker.may(Right.EXPLAIN)) {
            draft.explanation = policy.explain(asked.request(), asked.all(), satisfied, false);
        }
        return switch (answer) {
            case Answer.Permit permit -> {
                draft.policies(permit.policies());
                draft.emergencies = permit.policies().stream()
                        .filter(each -> each.review() != null)
                        .toList();
                yield facts.transaction() == null
                        ? permit(draft, null)
                        : spend(draft, policy, facts, evaluation, permit, tries);
            }
            case Answer.Deny deny -> {
                draft.policies(deny.policies());
                yield refuse(draft, ReasonCode.of(deny.code()), Reasons.text(deny));
            }
            case Answer.Open open -> {
                draft.policies(open.policies());
                draft.requirements = open.requirements();
                offer(draft, facts, evaluation);
                yield refuse(draft, Reasons.code(open), Reasons.text(open));
            }
        };
    }

    /** The history costs a query: it is read for policies that may ask. */
    private Facts withHistory(PolicySet policy, Facts facts) {
        var transaction = facts.transaction();
        return transaction != null && policy.requests().declares(CedarRequests.action(facts), HistoryRecord.NAME)
                ? facts.with(transactions.history(transaction, clock.instant()))
                : facts;
    }

    /**
     * Whether {@code permit} stands when others of the same person's were permitted in between. What was required then was
     * met; anything else that is required now was not.
     */
    private Relied relied(Draft draft, PolicySet policy, Facts facts, Answer.Permit permit) {
        var met = requireNonNull(requireNonNull(draft.asked).answered()).requirements().stream()
                .filter(Stated::satisfied)
                .map(Stated::requirement)
                .collect(Collectors.toSet());
        return new Relied(requireNonNull(facts.history()), history -> {
            var asked = Asked.of(facts.with(history), policy, entities.with(policy));
            var answer = asked.answer(policy.evaluate(asked.request(), asked.all()), met::contains);
            var holds =
                    answer instanceof Answer.Permit again && again.policies().equals(permit.policies());
            if (holds) {
                draft.asked = asked;
            }
            return holds;
        });
    }

    private Terms terms(Draft draft, Evaluation evaluation, @Nullable Relied relied) {
        return new Terms(
                draft.id,
                draft.policy,
                Requirements.needs(evaluation.forbids()),
                Requirements.wantSignature(evaluation.forbids()),
                draft.question.approval(),
                relied);
    }

    /** Approvals and signatures are asked for with an access request; everything else the caller can do alone. */
    private void offer(Draft draft, Facts facts, Evaluation evaluation) {
        var transaction = facts.transaction();
        var session = facts.session();
        if (transaction != null && session != null && Reasons.wantsOthers(draft.requirements)) {
            draft.offer = transactions.offer(transaction, session.id(), terms(draft, evaluation, null));
        }
    }

    private Decision spend(
            Draft draft, PolicySet policy, Facts facts, Evaluation evaluation, Answer.Permit permit, int tries) {
        var transaction = requireNonNull(facts.transaction());
        var terms = terms(draft, evaluation, facts.history() == null ? null : relied(draft, policy, facts, permit));
        var entry = draft.entry(ReasonCode.PERMITTED);
        return switch (transactions.spend(transaction, terms, entry, reviewed(draft))) {
            case Spending.Spent spent -> {
                draft.evidenceIndex = spent.receipt().evidenceIndex();
                yield draft.decision(ReasonCode.PERMITTED, Reasons.PERMITTED, spent.receipt());
            }
            case Spending.AlreadySpent already -> permit(draft, already.earlier());
            case Spending.Over over -> over.unresolved() ? unresolved(draft) : alreadySpent(draft);
            case Spending.NotEnough notEnough -> {
                draft.policies = List.of(notEnough.need().policy());
                yield refuse(draft, ReasonCode.APPROVAL_REQUIRED, "Not enough approvals are left to spend");
            }
            case Spending.NotSigned notSigned ->
                refuse(draft, ReasonCode.SIGNATURE_REQUIRED, "The requester's signature is no longer in force");
            case Spending.OtherHistory other -> {
                if (tries == 1) {
                    throw Problem.unavailable("Too much else is permitted at the same time");
                }
                yield evaluate(draft, policy, facts, tries - 1);
            }
            case Spending.OtherTransaction other ->
                refuse(draft, ReasonCode.TRANSACTION_MISMATCH, "The approval is for other details");
        };
    }

    /** Opens the review of each permit that is for emergencies. */
    private Also reviewed(Draft draft) {
        return (database, evidence, receipt) ->
                draft.uses(receipt).forEach(use -> reviews.open(database, evidence, use));
    }

    private Decision permit(Draft draft, @Nullable Receipt receipt) {
        var entry = draft.entry(ReasonCode.PERMITTED);
        draft.evidenceIndex = draft.emergencies.isEmpty() || receipt != null
                ? journal.append(entry)
                : journal.commit((database, evidence) -> {
                    var at = new long[1];
                    evidence.record(entry, index -> at[0] = index);
                    draft.uses(null).forEach(use -> reviews.open(database, evidence, use));
                    return at;
                })[0];
        return draft.decision(ReasonCode.PERMITTED, Reasons.PERMITTED, receipt);
    }

    private Decision alreadySpent(Draft draft) {
        return refuse(draft, ReasonCode.ALREADY_SPENT, "This transaction was already permitted, once");
    }

    private Decision unresolved(Draft draft) {
        return refuse(draft, ReasonCode.UNRESOLVED_OUTCOME, "Its outcome is unknown; a person must resolve it");
    }

    private Decision refuse(Draft draft, ReasonCode code, String text) {
        draft.evidenceIndex = journal.append(draft.entry(code));
        return draft.decision(code, requireNonNull(text), null);
    }
}
