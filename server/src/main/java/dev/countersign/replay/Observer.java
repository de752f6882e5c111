package dev.countersign.replay;

import dev.countersign.policy.Entities;
import dev.countersign.policy.PolicyFault;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySetHash;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.replay.Observation.Differing;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts each decision to the candidate as well and keeps what differs. Counts belong to one candidate beside one live set: when
 * either changes, they begin anew. Its lock is held for microseconds, by the recorder's thread and by who looks.
 */
final class Observer {
    /** Differing decisions that are kept, the newest. */
    static final int MAX_LATEST = 1_000;

    private final Function<PolicySet, Entities> stored;
    private final InstantSource clock;
    private final Deque<Differing> latest = new ArrayDeque<>();
    private Tally tally = new Tally();
    private Instant since;
    private List<PolicyFault> refused = List.of();
    private @Nullable Replay replay;
    private @Nullable PolicySetHash candidate;
    private String live = "";

    /** @param stored what is known of entities besides those of a record, for a candidate */
    Observer(Function<PolicySet, Entities> stored, InstantSource clock) {
        this.stored = stored;
        this.clock = clock;
        this.since = clock.instant();
    }

    /** The candidate, until another one comes. */
    synchronized void candidate(PolicySet set) {
        if (!set.hash().equals(candidate)) {
            candidate = set.hash();
            replay = new Replay(set, () -> stored.apply(set));
            begin(clock.instant());
        }
        refused = List.of();
    }

    /** The candidate's folder holds nothing that can be evaluated now; an earlier candidate stays. */
    synchronized void refused(List<PolicyFault> faults) {
        refused = List.copyOf(faults);
    }

    synchronized void see(DecisionRecord decision) {
        if (replay == null) {
            return;
        }
        if (!decision.policySet().equals(live)) {
            if (!live.isEmpty()) {
                begin(decision.at());
            }
            live = decision.policySet();
        }
        var differences = replay.differences(decision);
        tally.add(decision, differences);
        if (differences.isEmpty()) {
            return;
        }
        if (latest.size() == MAX_LATEST) {
            latest.removeLast();
        }
        latest.addFirst(new Differing(
                decision.at(),
                decision.evaluationId(),
                decision.request().principal().toString(),
                decision.request().action().id(),
                decision.request().resource().toString(),
                decision.code(),
                differences));
    }

    synchronized Observation observation() {
        return new Observation(
                candidate == null ? null : candidate.value(),
                since,
                refused,
                candidate == null ? null : SimulationReport.of(candidate.value(), since, tally),
                new ArrayList<>(latest));
    }

    private void begin(Instant from) {
        tally = new Tally();
        latest.clear();
        since = from;
    }
}
