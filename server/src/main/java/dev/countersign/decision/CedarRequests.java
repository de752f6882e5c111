package dev.countersign.decision;

import dev.countersign.Settings.Right;
import dev.countersign.policy.ClaimMapping;
import dev.countersign.policy.DatetimeValue;
import dev.countersign.policy.Entities;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Request;
import dev.countersign.policy.RequestSchema;
import dev.countersign.policy.SetValue;
import dev.countersign.policy.Value;
import dev.countersign.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes facts as a Cedar request: principal and resource as entities, the rest as {@code context}. docs/policy.md lists
 * every attribute.
 *
 * <p>Precedence: an attribute of the policy folder's {@code entities.json} wins over a stored one, that one over a claim of
 * the login, and that over what an enforcement point sent; groups are the union of all but what was sent.
 */
final class CedarRequests {
    /**
     * What this server says of its own accord. A set whose schema does not declare it does not see it: its policies were
     * validated as if it were absent. So are properties of an action and what else an enforcement point says. A transaction is the caller's, and must be declared whole.
     */
    private static final Set<String> OWN = Set.of(
            "now",
            "enforcement_point",
            "network",
            "session",
            "device",
            "risk",
            "overdue_reviews",
            "transaction_type",
            HistoryRecord.NAME,
            "action",
            "request");

    private static final String ACTION = "Action";

    private CedarRequests() {}

    static Request request(Facts facts) {
        var question = facts.question();
        return new Request(
                facts.actor().uid(),
                action(facts),
                new EntityUid(question.resource().type(), question.resource().id()),
                context(facts));
    }

    static EntityUid action(Facts facts) {
        return new EntityUid(ACTION, facts.question().action().name());
    }

    /** As {@link #request(Facts)}, with no more of {@link #OWN} than {@code schema} declares. */
    static Request request(Facts facts, RequestSchema schema) {
        return schema.declared(request(facts), OWN);
    }

    /** The stored entities with those of this request. */
    static Entities entities(Facts facts, ClaimMapping claims, Entities stored) {
        return entities(facts, stored, principal(facts, claims, stored));
    }

    /** As {@link #entities(Facts, ClaimMapping, Entities)}, the principal with no more than {@code schema} declares. */
    static Entities entities(Facts facts, ClaimMapping claims, Entities stored, RequestSchema schema) {
        return entities(facts, stored, principal(facts, claims, stored, schema));
    }

    private static Entities entities(Facts facts, Entities stored, Entity principal) {
        var asked = facts.question().resource();
        var uid = new EntityUid(asked.type(), asked.id());
        // Of a resource that nobody knows anything about, Cedar knows no more than the name: an empty entity would lack
        // what its type must have.
        var known = !asked.properties().isEmpty() || stored.get(uid) != null;
        return stored.with(
                known && !principal.uid().equals(uid)
                        ? List.of(principal, resource(asked, stored))
                        : List.of(principal));
    }

    /** Who acts. What the enforcement point says of them counts only from one that may speak for them altogether. */
    static Entity principal(Facts facts, ClaimMapping claims, Entities stored, RequestSchema schema) {
        return schema.declared(principal(facts, claims, stored));
    }

    private static Entity principal(Facts facts, ClaimMapping claims, Entities stored) {
        var said = facts.asker().may(Right.ASSERT) ? facts.question().subject().properties() : Map.<String, Value>of();
        var session = facts.session();
        return switch (facts.actor()) {
            case Actor.Account account ->
                session == null
                        ? PrincipalEntity.of(account.principal(), account.person(), said, stored)
                        : PrincipalEntity.of(session, claims, said, stored);
            case Actor.Declared declared ->
                PrincipalEntity.merged(declared.uid(), new LinkedHashMap<>(said), Set.of(), stored);
        };
    }

    static Entity resource(Question.Resource resource, Entities stored) {
        var uid = new EntityUid(resource.type(), resource.id());
        var attributes = new LinkedHashMap<>(resource.properties());
        return PrincipalEntity.merged(uid, attributes, Set.of(), stored);
    }

    private static RecordValue context(Facts facts) {
        var context = RecordValue.builder()
                .put("now", new DatetimeValue(facts.now().toEpochMilli()))
                .put("enforcement_point", facts.asker().id())
                .put("network", facts.seen().network());
        var session = facts.session();
        if (session != null) {
            context.put("session", session(session, facts));
        }
        var seen = facts.seen();
        if (seen.device() != null) {
            context.put("device", seen.device());
        }
        if (seen.risk() != null) {
            context.put("risk", seen.risk());
        }
        if (seen.overdueReviews() > 0) {
            context.put("overdue_reviews", seen.overdueReviews());
        }
        var transaction = facts.transaction();
        if (transaction != null) {
            context.put("transaction_type", transaction.type());
            context.put("transaction", DetailValues.record(transaction));
            var history = facts.history();
            if (history != null) {
                context.put(HistoryRecord.NAME, HistoryRecord.of(history));
            }
        }
        var question = facts.question();
        if (!question.action().properties().isEmpty()) {
            context.put("action", RecordValue.of(question.action().properties()));
        }
        if (!question.environment().isEmpty()) {
            context.put("request", RecordValue.of(question.environment()));
        }
        return context.build();
    }

    private static RecordValue session(Session session, Facts facts) {
        var now = facts.now();
        var record = RecordValue.builder()
                .put("acr", session.login().acr())
                .put("amr", SetValue.ofStrings(session.login().amr()))
                .put("auth_age", seconds(session.login().at(), now))
                .put("age", seconds(session.startedAt(), now))
                .put("binding", session.binding().kind())
                .put("client", session.client())
                .put("issuer", session.issuer())
                .put("signals", session.signals());
        var stepUp = session.stepUp(now);
        if (stepUp != null) {
            record.put("step_up_acr", stepUp.acr());
            record.put("step_up_age", seconds(stepUp.at(), now));
        }
        var grant = session.grant();
        if (!grant.scopes().isEmpty()) {
            record.put("scopes", SetValue.ofStrings(grant.scopes()));
        }
        if (!grant.actors().isEmpty()) {
            record.put("actor", grant.actors().getFirst().toString());
            record.put("actors", SetValue.ofStrings(grant.actorNames()));
        }
        if (facts.provedAt() != null) {
            record.put("proof_age", seconds(facts.provedAt(), now));
        }
        if (facts.seen().idle() != null) {
            record.put("idle", facts.seen().idle().toSeconds());
        }
        return record.build();
    }

    private static long seconds(Instant since, Instant now) {
        return Math.max(0, Duration.between(since, now).toSeconds());
    }
}
