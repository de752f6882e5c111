package dev.countersign.session;

import dev.countersign.http.Json;
import dev.countersign.policy.MappedClaims;
import java.util.Map;

/** What policies see of a workload's token: attributes of the {@code Workload}, as far as their schema declares them. */
public final class WorkloadClaims {
    private WorkloadClaims() {}

    public static MappedClaims of(Map<String, String> attributes) {
        if (attributes.isEmpty()) {
            return MappedClaims.NONE;
        }
        var kept = Json.MAPPER.createObjectNode();
        var written = kept.putObject("attrs");
        attributes.forEach(written::put);
        kept.putArray("parents");
        return MappedClaims.parse(Json.MAPPER.writeValueAsString(kept));
    }
}
