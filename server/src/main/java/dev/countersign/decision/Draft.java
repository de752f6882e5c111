package dev.countersign.decision;

import static java.util.Objects.requireNonNull;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Entry;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.Explanation;
import dev.countersign.policy.Policy;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Request;
import dev.countersign.policy.RequestFault;
import dev.countersign.policy.Requirement;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.review.Use;
import dev.countersign.session.Grant;
import dev.countersign.session.SessionId;
import dev.countersign.transaction.Receipt;
import dev.countersign.transaction.Transaction;
import dev.countersign.transaction.Transactions.Offer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decision while it is being made. Lives on one thread, for one question. */
final class Draft {
    final String id;
    final Instant at;
    final EnforcementPoint asker;
    final Question question;
    final String policy;

    @Nullable
    SessionId session;

    /** Who acts for the principal. */
    List<Grant.Actor> actors = List.of();

    @Nullable
    Transaction transaction;

    @Nullable
    String nonce;

    @Nullable
    Offer offer;

    /** Of a refusal by policies, for an enforcement point that may see it. */
    @Nullable
    Explanation explanation;

    List<String> policies = List.of();
    List<Requirement> requirements = List.of();
    List<RequestFault> warnings = List.of();

    /** Permits among the deciding policies whose use must be looked at afterwards. */
    List<Policy> emergencies = List.of();

    /** Who acts, when that is an account. */
    Actor.@Nullable Account account;

    /** What policies were asked and said, or null while they were not. */
    @Nullable
    Asked asked;

    /** Where the evidence of the decision stands. */
    long evidenceIndex;

    Draft(String id, Instant at, EnforcementPoint asker, Question question, String policy) {
        this.id = id;
        this.at = at;
        this.asker = asker;
        this.question = question;
        this.policy = policy;
    }

    void policies(List<Policy> deciding) {
        policies = deciding.stream().map(Policy::id).toList();
    }

    /** What must be looked at afterwards; nothing for an actor behind whom nobody knows a person. */
    List<Use> uses(@Nullable String receipt) {
        var actor = account;
        return actor == null
                ? List.of()
                : emergencies.stream()
                        .map(policy -> new Use(
                                policy.id(),
                                id,
                                receipt,
                                actor.person(),
                                actor.principal().toString(),
                                question.action().name(),
                                question.resource().type() + "::\""
                                        + question.resource().id() + '"',
                                requireNonNull(policy.review())))
                        .toList();
    }

    /** The evidence of it. */
    Entry entry(ReasonCode code) {
        var entry = Entry.of("decision", id)
                .with("enforcement_point", asker.id())
                .with(
                        "principal",
                        question.subject().type() + "::" + question.subject().id())
                .with("action", question.action().name())
                .with(
                        "resource",
                        question.resource().type() + "::" + question.resource().id())
                .with("decision", code == ReasonCode.PERMITTED)
                .with("code", code.word())
                .with("policies", policies)
                .with("policy", policy);
        if (session != null) {
            entry.with("session", session.value());
        }
        if (!actors.isEmpty()) {
            entry.with("actors", actors.stream().map(Grant.Actor::toString).toList());
        }
        if (transaction != null) {
            entry.with("transaction", transaction.id())
                    .with("transaction_type", transaction.type())
                    .with("transaction_hash", transaction.hash().hex());
        }
        return entry;
    }

    /** What is remembered of {@code decision}. */
    DecisionRecord record(Decision decision) {
        var request = asked == null
                ? new Request(
                        new EntityUid(
                                question.subject().type(), question.subject().id()),
                        new EntityUid("Action", question.action().name()),
                        new EntityUid(
                                question.resource().type(), question.resource().id()),
                        RecordValue.EMPTY)
                : asked.request();
        return new DecisionRecord(
                id,
                at,
                asker.id(),
                decision.code().word(),
                decision.text(),
                policies,
                policy,
                evidenceIndex,
                request,
                asked == null ? List.of() : asked.entities(),
                asked == null ? null : asked.answered());
    }

    Decision decision(ReasonCode code, String text, @Nullable Receipt receipt) {
        return new Decision(
                id, at, policy, code, policies, text, requirements, offer, receipt, warnings, nonce, explanation);
    }
}
