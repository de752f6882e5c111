package dev.countersign.decision;

import dev.countersign.policy.Entities;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Request;
import dev.countersign.policy.RequestFault;
import java.util.List;

/**
 * Facts as the live policies are asked about them.
 *
 * @param faults why it does not fit the schema; empty when it does
 */
record Asked(Request request, Entities entities, List<RequestFault> faults) {
    /** @param stored what is known of entities besides: {@link StoredEntities#with} of the same policies */
    static Asked of(Facts facts, PolicySet policy, Entities stored) {
        var schema = policy.requests();
        var request = CedarRequests.request(facts, schema);
        var entities = CedarRequests.entities(facts, policy.claims(), stored, schema);
        return new Asked(request, entities, schema.faults(request, entities));
    }
}
