package dev.countersign.transaction;

import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Counts who has signed a transaction towards what is needed. No I/O. */
final class Tally {
    /** How long the requester's own signature lasts. */
    static final Duration SIGNATURE_LIFETIME = Duration.ofMinutes(15);

    private final Person requester;
    private final Collection<Approval> inForce;
    private final Groups groups;
    private final Instant now;

    Tally(Person requester, Collection<Approval> inForce, Groups groups, Instant now) {
        this.requester = groups.one(requester);
        this.inForce = inForce;
        this.groups = groups;
        this.now = now;
    }

    /** The approvals that count for {@code need}: one of each distinct person, longest lasting first. */
    List<Approval> of(ApprovalNeed need) {
        var counted = new LinkedHashMap<Person, Approval>();
        inForce.stream()
                .filter(approval ->
                        !(need.separate() && groups.one(approval.person()).equals(requester)))
                .filter(approval -> need.methods().contains(approval.method()))
                .filter(approval -> need.isFor(approval.groups(), groups, approval.requestedAt(), approval.signedAt()))
                .filter(approval -> approval.isFresh(need.expires(), now))
                .sorted(Comparator.comparing(Approval::signedAt).reversed())
                .forEach(approval -> counted.putIfAbsent(groups.one(approval.person()), approval));
        return new ArrayList<>(counted.values());
    }

    boolean meets(ApprovalNeed need) {
        return of(need).size() >= need.quorum();
    }

    /** The requester's own signature. */
    Optional<Approval> signature() {
        return inForce.stream()
                .filter(approval -> groups.one(approval.person()).equals(requester))
                .filter(approval -> SigningMethod.SIGNATURES.contains(approval.method()))
                .filter(approval -> approval.isFresh(SIGNATURE_LIFETIME, now))
                .findFirst();
    }

    boolean meets(List<ApprovalNeed> needs, boolean signature) {
        return needs.stream().allMatch(this::meets)
                && (!signature || signature().isPresent());
    }

    /** Until when {@link #meets} stays true if nothing else happens. Only to be asked when it is true. */
    Instant until(List<ApprovalNeed> needs, boolean signature) {
        var until = Instant.MAX;
        for (var need : needs) {
            var last = of(need).get(need.quorum() - 1).signedAt().plus(need.expires());
            until = last.isBefore(until) ? last : until;
        }
        if (signature) {
            var last = signature().orElseThrow().signedAt().plus(SIGNATURE_LIFETIME);
            until = last.isBefore(until) ? last : until;
        }
        return until;
    }
}
