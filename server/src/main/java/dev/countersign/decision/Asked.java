package dev.countersign.decision;

import dev.countersign.policy.Entities;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Request;
import dev.countersign.policy.RequestFault;
import dev.countersign.policy.RequestSchema;
import java.util.List;

/**
 * Facts as the live policies are asked about them.
 *
 * @param faults why it does not fit the schema; empty when it does
 */
record Asked(Request request, Entities entities, List<RequestFault> faults) {
    static Asked of(Facts facts, PolicySet policy) {
        var whole =
                of(CedarRequests.request(facts), CedarRequests.entities(facts, policy.entities()), policy.requests());
        return whole.faults.isEmpty() ? whole : trimmed(facts, policy); // mostly nothing is to be trimmed
    }

    private static Asked trimmed(Facts facts, PolicySet policy) {
        var schema = policy.requests();
        return of(
                CedarRequests.request(facts, schema), CedarRequests.entities(facts, policy.entities(), schema), schema);
    }

    private static Asked of(Request request, Entities entities, RequestSchema schema) {
        return new Asked(request, entities, schema.faults(request, entities));
    }
}
