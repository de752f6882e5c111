package dev.countersign;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a client is when it acts for nobody else: it gets sessions of its own by {@code client_credentials} (RFC 6749 §4.4).
 *
 * @param workload name of the principal, {@code Workload::"…"} in policies
 * @param groups that it is in
 */
public record Service(String workload, Set<String> groups) {
    /** How names of the workloads of trust domains begin; no service has such a name. */
    private static final String SPIFFE = "spiffe://";

    public Service {
        groups = Set.copyOf(groups);
        if (workload.startsWith(SPIFFE)) {
            throw new IllegalArgumentException("Only a trust domain names a workload " + workload);
        }
    }

    /**
     * One name space of workloads, one of those who authenticate by {@code client_credentials}. Throws
     * {@link IllegalArgumentException}.
     */
    static void requireDistinct(
            List<Settings.Client> clients, List<Settings.Enforcer> enforcementPoints, DoorSettings doors) {
        var workloads = new HashSet<String>();
        doors.accessTokens().forEach(door -> workloads.addAll(door.workloadClients()));
        doors.ci().forEach(door -> door.jobs().forEach(job -> workloads.add(job.subject())));
        for (var client : clients) {
            var service = client.service();
            if (service == null) {
                continue;
            }
            if (!workloads.add(service.workload())) {
                throw new IllegalArgumentException("Two doors have the same workload: " + service.workload());
            }
            if (enforcementPoints.stream().anyMatch(point -> point.id().equals(client.id()))) {
                throw new IllegalArgumentException(
                        "A service and an enforcement point have the same id: " + client.id());
            }
        }
    }
}
