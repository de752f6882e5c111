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
    static Asked of(Facts facts, PolicySet policy) {
        var schema = policy.requests();
        var request = CedarRequests.request(facts, schema);
        var entities = CedarRequests.entities(facts, policy.entities(), schema);
        return new Asked(request, entities, schema.faults(request, entities));
    }
}
