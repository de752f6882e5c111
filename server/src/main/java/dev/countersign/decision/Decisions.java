package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.Settings.Right;
import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Fields;
import dev.countersign.key.RandomIds;
import dev.countersign.policy.Answer;
import dev.countersign.policy.Evaluation;
import dev.countersign.policy.PolicySet;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.session.People;
import dev.countersign.session.Person;
import dev.countersign.session.Presented;
import dev.countersign.session.Principal;
import dev.countersign.session.SessionCheck;
import dev.countersign.session.SessionCheck.Checked;
import dev.countersign.transaction.Receipt;
import dev.countersign.transaction.Transaction;
import dev.countersign.transaction.Transactions;
import dev.countersign.transaction.Transactions.Earlier;
import dev.countersign.transaction.Transactions.Spending;
import dev.countersign.transaction.Transactions.Terms;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Decides: who asks is live and proven, what is asked fits policy now, what is required has happened; then records it. */
final class Decisions {
    private final SessionCheck sessions;
    private final People people;
    private final Transactions transactions;
    private final Requirements requirements;
    private final Supplier<PolicySet> policies;
    private final Journal journal;
    private final Consumer<DecisionRecord> records;
    private final RandomIds ids;
    private final InstantSource clock;

    Decisions(
            SessionCheck sessions,
            People people,
            Transactions transactions,
            Supplier<PolicySet> policies,
            Journal journal,
            Consumer<DecisionRecord> records,
            RandomIds ids,
            InstantSource clock) {
        this.sessions = sessions;
        this.people = people;
        this.transactions = transactions;
        this.requirements = new Requirements(transactions);
        this.policies = policies;
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
     * As {@link #decide}, one after the other. The questions of a batch share one request of the caller, and so one proof:
     * it is checked once, not refused as a replay of itself.
     */
    List<Decision> decideAll(EnforcementPoint asker, List<Question> questions, Semantics semantics) {
        questions.forEach(question -> requireReadable(asker, question));
        var checked = new HashMap<Presented, Checked>();
        SessionCheck once = presented -> checked.computeIfAbsent(presented, sessions::check);
        var decisions = new ArrayList<Decision>(questions.size());
        for (var question : questions) {
            var decision = decide(asker, question, once);
            decisions.add(decision);
            if (semantics.endsWith(decision.isPermit())) {
                break;
            }
        }
        return decisions;
    }

    /** Problem 400 for a transaction that does not fit, before any other question of its batch is decided. */
    private void requireReadable(EnforcementPoint asker, Question question) {
        var kind = kind(question.subject().type());
        if (kind != null && question.transaction() != null) {
            var claimed = new Principal(kind, question.subject().id());
            read(asker, claimed, people.of(claimed), question, question.transaction());
        }
    }

    private Transaction read(
            EnforcementPoint asker, Principal requester, Person person, Question question, Fields transaction) {
        var resource = question.resource();
        return transactions.read(
                asker, requester, person, question.action(), resource.type(), resource.id(), transaction);
    }

    private Decision decide(EnforcementPoint asker, Question question, SessionCheck check) {
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
        var presented = question.presented();
        if (presented == null) {
            return asserted(draft, policy);
        }
        return switch (check.check(presented)) {
            case Checked.Refused refused -> {
                draft.nonce = refused.nextNonce();
                draft.session = refused.session();
                yield refuse(draft, ReasonCode.of(refused.code()), refused.text());
            }
            case Checked.Live live -> {
                draft.nonce = live.nextNonce();
                draft.session = live.session().id();
                var principal = live.session().principal();
                if (!principal.type().equals(question.subject().type())
                        || !principal.id().equals(question.subject().id())) {
                    yield refuse(draft, ReasonCode.SUBJECT_MISMATCH, "The session belongs to someone else");
                }
                yield withTransaction(
                        draft,
                        policy,
                        new Facts(asker, question, principal, live.session().person(), live.session(), null, draft.at));
            }
        };
    }

    /** An enforcement point speaks for a subject without its session: only one that is configured to. */
    private Decision asserted(Draft draft, PolicySet policy) {
        var subject = draft.question.subject();
        var kind = kind(subject.type());
        if (!draft.asker.may(Right.ASSERT) || kind == null) {
            return refuse(draft, ReasonCode.INVALID_SESSION, "No session was presented");
        }
        var principal = new Principal(kind, subject.id());
        return withTransaction(
                draft,
                policy,
                new Facts(draft.asker, draft.question, principal, people.of(principal), null, null, draft.at));
    }

    private static Principal.@Nullable Kind kind(String type) {
        return switch (type) {
            case "User" -> Principal.Kind.USER;
            case "Workload" -> Principal.Kind.WORKLOAD;
            case "Agent" -> Principal.Kind.AGENT;
            default -> null;
        };
    }

    private Decision withTransaction(Draft draft, PolicySet policy, Facts facts) {
        var asked = draft.question.transaction();
        if (asked == null) {
            return evaluate(draft, policy, facts);
        }
        var transaction = read(draft.asker, facts.principal(), facts.person(), draft.question, asked);
        draft.transaction = transaction;
        return switch (transactions.earlier(transaction, draft.at)) {
            case Earlier.Open open -> evaluate(draft, policy, facts.with(transaction));
            case Earlier.Permitted permitted -> permit(draft, permitted.receipt());
            case Earlier.Spent spent ->
                refuse(draft, ReasonCode.ALREADY_SPENT, "This transaction was already permitted, once");
            case Earlier.Unresolved unresolved ->
                refuse(draft, ReasonCode.UNRESOLVED_OUTCOME, "Its outcome is unknown; a person must resolve it");
            case Earlier.OtherBytes other ->
                refuse(draft, ReasonCode.TRANSACTION_MISMATCH, "This transaction id stands for other details");
        };
    }

    private Decision evaluate(Draft draft, PolicySet policy, Facts facts) {
        var asked = new Asked(CedarRequests.request(facts), CedarRequests.entities(facts, policy.entities()));
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
                yield facts.transaction() == null
                        ? permit(draft, null)
                        : spend(draft, facts.transaction(), terms(draft, evaluation));
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

    private Terms terms(Draft draft, Evaluation evaluation) {
        return new Terms(
                draft.id,
                draft.policy,
                Requirements.needs(evaluation.forbids()),
                Requirements.wantSignature(evaluation.forbids()),
                draft.question.approval());
    }

    /** Approvals and signatures are asked for with an access request; everything else the caller can do alone. */
    private void offer(Draft draft, Facts facts, Evaluation evaluation) {
        var transaction = facts.transaction();
        var session = facts.session();
        if (transaction != null && session != null && Reasons.wantsOthers(draft.requirements)) {
            draft.offer = transactions.offer(transaction, session.id(), terms(draft, evaluation));
        }
    }

    private Decision spend(Draft draft, Transaction transaction, Terms terms) {
        var entry = draft.entry(ReasonCode.PERMITTED);
        return switch (transactions.spend(transaction, terms, entry)) {
            case Spending.Spent spent -> {
                draft.evidenceIndex = spent.receipt().evidenceIndex();
                yield draft.decision(ReasonCode.PERMITTED, Reasons.PERMITTED, spent.receipt());
            }
            case Spending.AlreadySpent already -> permit(draft, already.earlier());
            case Spending.NotEnough notEnough -> {
                draft.policies = List.of(notEnough.need().policy());
                yield refuse(draft, ReasonCode.APPROVAL_REQUIRED, "Not enough approvals are left to spend");
            }
            case Spending.NotSigned notSigned ->
                refuse(draft, ReasonCode.SIGNATURE_REQUIRED, "The requester's signature is no longer in force");
            case Spending.OtherTransaction other ->
                refuse(draft, ReasonCode.TRANSACTION_MISMATCH, "The approval is for other details");
        };
    }

    private Decision permit(Draft draft, @Nullable Receipt receipt) {
        draft.evidenceIndex = journal.append(draft.entry(ReasonCode.PERMITTED));
        return draft.decision(ReasonCode.PERMITTED, Reasons.PERMITTED, receipt);
    }

    private Decision refuse(Draft draft, ReasonCode code, String text) {
        draft.evidenceIndex = journal.append(draft.entry(code));
        return draft.decision(code, requireNonNull(text), null);
    }
}
