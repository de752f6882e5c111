package dev.countersign.decision;

import dev.countersign.policy.DatetimeValue;
import dev.countersign.policy.Entities;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.IpValue;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Request;
import dev.countersign.policy.RequestSchema;
import dev.countersign.policy.SetValue;
import dev.countersign.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes facts as a Cedar request: principal and resource as entities, the rest as {@code context}. docs/policy.md lists
 * every attribute.
 *
 * <p>Precedence: an attribute of the policy folder's {@code entities.json} wins over the same one sent by an enforcement
 * point; groups are the union of the stored ones and those the identity provider vouched for.
 */
final class CedarRequests {
    /**
     * What this server says of its own accord. A set whose schema does not declare it does not see it: its policies were
     * validated as if it were absent. A transaction is the caller's, and must be declared whole.
     */
    private static final Set<String> OWN = Set.of("now", "enforcement_point", "network", "session", "transaction_type");

    private static final String ACTION = "Action";

    private CedarRequests() {}

    static Request request(Facts facts) {
        var question = facts.question();
        return new Request(
                PrincipalEntity.uid(facts.principal()),
                new EntityUid(ACTION, question.action()),
                new EntityUid(question.resource().type(), question.resource().id()),
                context(facts));
    }

    /** As {@link #request(Facts)}, with no more of {@link #OWN} than {@code schema} declares. */
    static Request request(Facts facts, RequestSchema schema) {
        return schema.declared(request(facts), OWN);
    }

    /** The stored entities with those of this request. */
    static Entities entities(Facts facts, Entities stored) {
        return entities(facts, stored, principal(facts, stored));
    }

    /** As {@link #entities(Facts, Entities)}, the principal with no more than {@code schema} declares. */
    static Entities entities(Facts facts, Entities stored, RequestSchema schema) {
        return entities(facts, stored, schema.declared(principal(facts, stored)));
    }

    private static Entity principal(Facts facts, Entities stored) {
        var session = facts.session();
        return PrincipalEntity.of(
                facts.principal(), facts.person(), session == null ? Set.of() : session.groups(), stored);
    }

    private static Entities entities(Facts facts, Entities stored, Entity principal) {
        var resource = resource(facts.question().resource(), stored);
        return stored.with(principal.uid().equals(resource.uid()) ? List.of(principal) : List.of(principal, resource));
    }

    private static Entity resource(Question.Resource resource, Entities stored) {
        var uid = new EntityUid(resource.type(), resource.id());
        var attributes = new LinkedHashMap<>(resource.properties());
        return PrincipalEntity.merged(uid, attributes, Set.of(), stored);
    }

    private static RecordValue context(Facts facts) {
        var context = RecordValue.builder()
                .put("now", new DatetimeValue(facts.now().toEpochMilli()))
                .put("enforcement_point", facts.asker().id())
                .put("network", network(facts.question().ip()));
        var session = facts.session();
        if (session != null) {
            context.put("session", session(session, facts.now()));
        }
        var transaction = facts.transaction();
        if (transaction != null) {
            context.put("transaction_type", transaction.type());
            context.put("transaction", DetailValues.record(transaction));
        }
        return context.build();
    }

    private static RecordValue network(@Nullable IpValue ip) {
        return ip == null
                ? RecordValue.EMPTY
                : RecordValue.builder().put("ip", ip).build();
    }

    private static RecordValue session(Session session, Instant now) {
        var record = RecordValue.builder()
                .put("acr", session.login().acr())
                .put("amr", SetValue.ofStrings(session.login().amr()))
                .put("auth_age", seconds(session.login().at(), now))
                .put("age", seconds(session.startedAt(), now))
                .put("binding", session.binding().kind())
                .put("client", session.client())
                .put("issuer", session.issuer())
                .put("signals", session.signals());
        var stepUp = session.stepUp();
        if (stepUp != null) {
            record.put("step_up_acr", stepUp.acr());
            record.put("step_up_age", seconds(stepUp.at(), now));
        }
        return record.build();
    }

    private static long seconds(Instant since, Instant now) {
        return Math.max(0, Duration.between(since, now).toSeconds());
    }
}
