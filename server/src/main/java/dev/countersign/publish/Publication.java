package dev.countersign.publish;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.OwnDecisions;
import dev.countersign.decision.OwnDecisions.Caller;
import dev.countersign.decision.OwnDecisions.Decided;
import dev.countersign.decision.OwnDecisions.Intent;
import dev.countersign.decision.Submission;
import dev.countersign.http.Problem;
import dev.countersign.policy.LivePolicySet;
import dev.countersign.policy.PolicyChanges;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.publish.PolicyVersion.Live;
import dev.countersign.transaction.AccessRequestTasks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Makes a version live, where the version that is live permits it: checked whole, decided, approved, then swapped. */
final class Publication {
    /** Said of a set under which its own author could not publish the next one. */
    static final String LOCKOUT = "lockout: under this set you could not publish the next one";

    private final LivePolicySet policies;
    private final Versions versions;
    private final OwnDecisions decisions;
    private final AccessRequestTasks requests;

    Publication(LivePolicySet policies, Versions versions, OwnDecisions decisions, AccessRequestTasks requests) {
        this.policies = policies;
        this.versions = versions;
        this.decisions = decisions;
        this.requests = requests;
    }

    /** Proposes a bundle, or publishes it when nothing is missing. Throws Problem 409, 413, 422. */
    Outcome propose(Caller caller, String jws, byte[] packed, @Nullable String approval) {
        var live = current();
        var version = versions.read(caller.checked().session().principal(), jws, packed);
        if (version.hash().equals(live.hash())) {
            return new Outcome.Done(live, null, List.of());
        }
        versions.refuseKnown(version);
        requirePrevious(live, String.valueOf(version.previous()));
        return decide(new Change(PolicyAction.PUBLISH, live, version, version.comment(), approval), caller);
    }

    /** Publishes a bundle that was proposed. Throws Problem 404, 409, 422. */
    Outcome publish(Caller caller, String hash, @Nullable String approval) {
        var live = current();
        if (hash.equals(live.hash())) {
            return new Outcome.Done(live, null, List.of());
        }
        var version = versions.proposed(hash);
        requirePrevious(live, String.valueOf(version.previous()));
        return decide(new Change(PolicyAction.PUBLISH, live, version, version.comment(), approval), caller);
    }

    /** Makes a version live again that was live before. Throws Problem 404, 409, 422. */
    Outcome restore(Caller caller, String hash, String previous, String comment, @Nullable String approval) {
        var live = current();
        if (hash.equals(live.hash())) {
            return new Outcome.Done(live, null, List.of());
        }
        var version = versions.superseded(hash);
        requirePrevious(live, previous);
        return decide(new Change(PolicyAction.RESTORE, live, version, comment, approval), caller);
    }

    /** The task of a request. Throws Problem 404. */
    ObjectNode request(String id) {
        return requests.status(OwnDecisions.SELF, id);
    }

    /** What is live, by the database and by this node: a change is decided by the set that it replaces. */
    private Live current() {
        var live = versions.live();
        if (!policies.current().hash().value().equals(live.hash())) {
            policies.reload();
            live = versions.live();
        }
        if (!policies.current().hash().value().equals(live.hash())) {
            throw Problem.unavailable("This node does not run the live policies");
        }
        return live;
    }

    private static void requirePrevious(Live live, String previous) {
        if (!previous.equals(live.hash())) {
            throw Versions.stale(live);
        }
    }

    private Outcome decide(Change change, Caller caller) {
        var candidate = versions.load(change.version());
        var transaction = PublicationTransaction.of(
                change.action(),
                caller.checked().session().principal(),
                change.live().version() + 1,
                change.live().hash(),
                change.version(),
                change.comment(),
                changes(change, candidate));
        var asked = new Intent(
                change.action().policyName(),
                PolicyAction.RESOURCE_TYPE,
                PolicyAction.RESOURCE_ID,
                transaction,
                change.approval());
        var warnings = warnings(candidate, caller, asked);
        var decided = decisions.decide(caller, asked);
        if (decided.isPermit()) {
            return new Outcome.Done(turn(change, transaction, decided), decided.answer(), warnings);
        }
        var request = decided.answer().path("context").path("access_request");
        if (!decided.waitsForPeople() || request.isMissingNode()) {
            return new Outcome.Refused(decided.answer(), warnings);
        }
        if (change.action() == PolicyAction.PUBLISH) {
            versions.keep(change.version());
        }
        var task = requests.submit(
                OwnDecisions.SELF,
                Submission.of(caller, asked, request.path("binding_token").asString()));
        return new Outcome.Waits(decided.answer(), task, warnings);
    }

    private PolicyChanges changes(Change change, PolicySet candidate) {
        try {
            return PolicyChanges.between(
                    versions.source(change.live().hash()),
                    policies.current(),
                    versions.source(change.version()),
                    candidate);
        } catch (PolicyLoadException | IllegalArgumentException e) {
            throw Versions.stale(versions.live()); // another publication went live in this moment
        }
    }

    /** What whoever asks should think of; it refuses nothing. */
    private List<String> warnings(PolicySet candidate, Caller caller, Intent asked) {
        var next = new Intent(
                PolicyAction.PUBLISH.policyName(),
                PolicyAction.RESOURCE_TYPE,
                PolicyAction.RESOURCE_ID,
                asked.transaction(),
                null);
        var warnings = new ArrayList<String>();
        if (decisions.isRefusedBy(candidate, caller, next)) {
            warnings.add(LOCKOUT);
        }
        return warnings;
    }

    private Live turn(Change change, ObjectNode transaction, Decided decided) {
        var id = transaction.path("id").asString();
        Live live;
        try {
            live = versions.turn(
                    change.action(),
                    change.live(),
                    change.version(),
                    decided.evaluationId(),
                    requireNonNull(decided.receipt()).id());
        } catch (Problem e) {
            if (e.status() == 409) {
                requests.report(OwnDecisions.SELF, id, "failed");
            }
            throw e;
        }
        requests.report(OwnDecisions.SELF, id, "executed");
        policies.reload();
        return live;
    }

    /** One wish. {@code live} is what it was checked against, and what it may replace. */
    private record Change(
            PolicyAction action,
            Live live,
            PolicyVersion version,
            String comment,
            @Nullable String approval) {}

    /** What came of it. */
    sealed interface Outcome {
        /**
         * It is live.
         *
         * @param decision null when it was live already
         */
        record Done(Live live, @Nullable ObjectNode decision, List<String> warnings) implements Outcome {}

        /** People have been asked: {@code task} says where. */
        record Waits(ObjectNode decision, ObjectNode task, List<String> warnings) implements Outcome {}

        /** Refused, for good or until the caller does what the decision's obligations say. */
        record Refused(ObjectNode decision, List<String> warnings) implements Outcome {}
    }
}
