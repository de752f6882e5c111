package dev.countersign.transaction;

import dev.countersign.http.Problem;
import dev.countersign.session.Session;
import java.time.InstantSource;
import java.util.Optional;

/** Requests as those see them whom they concern. */
final class VisibleRequests {
    private final AccessRequests requests;
    private final Approvals approvals;
    private final Groups groups;
    private final InstantSource clock;

    VisibleRequests(AccessRequests requests, Approvals approvals, Groups groups, InstantSource clock) {
        this.requests = requests;
        this.approvals = approvals;
        this.groups = groups;
        this.clock = clock;
    }

    /** For the requester, for those whose signature counts and for those who signed; for others Problem 404. */
    AccessRequest require(String id, Session session) {
        return find(id, session).orElseThrow(() -> Problem.notFound("There is no such request"));
    }

    /** The same, or empty for others. */
    Optional<AccessRequest> find(String id, Session session) {
        return requests.find(id)
                .filter(task -> task.isRequester(session.person(), groups)
                        || task.mayApprove(session.person(), session.groups(), groups, clock.instant())
                        || approvals.of(task).stream()
                                .anyMatch(approval -> approval.person().equals(session.person())));
    }
}
