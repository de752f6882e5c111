package dev.countersign.lab.bank;

import dev.countersign.client.AccessTask;
import dev.countersign.client.Decision;
import dev.countersign.client.Decision.Permit;
import dev.countersign.client.Decision.Refused;
import dev.countersign.client.Decision.Unavailable;
import dev.countersign.client.Evaluation;
import dev.countersign.client.Obligation;
import dev.countersign.client.Outcome;
import dev.countersign.lab.bank.Order.Request;
import dev.countersign.lab.bank.Order.Standing;
import dev.countersign.lab.bank.Order.Status;
import dev.countersign.lab.bank.Order.StepUp;
import java.net.URI;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Takes instructions: asks, waits for what is missing, executes once, reports. */
final class Counter {
    private final Gate gate;
    private final Orders orders;
    private final BackOffice office;
    private final URI issuer;
    private final InstantSource clock;

    Counter(Gate gate, Orders orders, BackOffice office, URI issuer, InstantSource clock) {
        this.gate = gate;
        this.orders = orders;
        this.office = office;
        this.issuer = issuer;
        this.clock = clock;
    }

    /** The decision and the order as it stands after it. */
    record Handled(Decision decision, Order order) {}

    Handled take(Caller caller, Instruction instruction) {
        var known = orders.find(instruction.id())
                .filter(order -> order.owner().equals(caller.person()))
                .map(this::looked);
        var order = known.filter(earlier -> earlier.isFor(caller.person(), instruction))
                .orElseGet(() -> Order.open(instruction, caller.person(), clock.instant()));
        // What was approved under this id is named even when the details are others now: that is for Countersign to
        // refuse.
        var request = known.orElse(order).standing().request();
        var question = gate.question(caller, instruction, request == null ? null : request.approval());
        var decision = gate.decide(question);
        return new Handled(
                decision,
                switch (decision) {
                    case Permit permit -> permitted(caller, permit, order);
                    case Refused refused -> refused(question, refused, order);
                    case Unavailable unavailable ->
                        order.with(Status.OPEN, "Nothing can be decided at the moment.", order.standing());
                });
    }

    /** The order with its request as that stands now. */
    Order looked(Order order) {
        var request = order.standing().request();
        if (order.status() != Status.WAITING || request == null) {
            return order;
        }
        return gate.status(request.id())
                .map(task -> order.with(Status.WAITING, order.text(), waiting(order, task, request.signatures())))
                .orElse(order);
    }

    private Order permitted(Caller caller, Permit permit, Order order) {
        var evidence = gate.proven(permit, caller, order.instruction());
        if (evidence.isEmpty()) {
            return order.with(Status.REFUSED, "The permit could not be proven, so nothing was done.", Standing.NONE);
        }
        var standing = new Standing("permitted", null, null, evidence.get());
        if (!orders.begin(order.with(Status.EXECUTING, "", standing))) {
            return orders.find(order.instruction().id())
                    .filter(known -> known.isFor(order.owner(), order.instruction()))
                    .orElseGet(() -> order.with(Status.REFUSED, "This id stands for another order.", standing));
        }
        var result = office.execute(order.instruction());
        var done = order.with(result.done() ? Status.EXECUTED : Status.FAILED, result.text(), standing);
        orders.finish(done);
        gate.report(order.instruction().id(), result.done() ? Outcome.EXECUTED : Outcome.FAILED);
        return done;
    }

    private Order refused(Evaluation question, Refused refused, Order order) {
        var now = orders.isTaken(order)
                ? order.with(Status.REFUSED, "This id stands for another order.", Standing.NONE)
                : switch (refused.code()) {
                    case "step_up_required" -> order.with(Status.STEP_UP, refused.text(), stepUp(refused, order));
                    case "approval_required" -> approval(question, refused, order);
                    default -> order.with(Status.REFUSED, refused.text(), standing(refused.code(), order));
                };
        if (isOfTheCaller(refused) && !orders.isFull()) {
            orders.keep(now);
        }
        return now;
    }

    /** Whoever failed to show that the session is theirs leaves no trace in the owner's list. */
    private static boolean isOfTheCaller(Refused refused) {
        return switch (refused.code()) {
            case "invalid_session",
                    "invalid_proof",
                    "use_dpop_nonce",
                    "replayed_proof",
                    "proof_required",
                    "session_suspended",
                    "session_ended",
                    "subject_mismatch",
                    "transaction_mismatch" -> false;
            default -> true;
        };
    }

    private Order approval(Evaluation question, Refused refused, Order order) {
        var earlier = order.standing().request();
        if (earlier != null && earlier.status().equals("pending")) {
            return order.with(Status.WAITING, refused.text(), order.standing());
        }
        if (earlier != null
                && (earlier.status().equals("denied") || earlier.status().equals("cancelled"))) {
            return order.with(Status.REFUSED, "The approval was " + earlier.status() + ".", order.standing());
        }
        var task = refused.accessRequest() == null
                ? null
                : gate.request(question, refused).orElse(null);
        return task == null
                ? order.with(Status.REFUSED, refused.text(), standing(refused.code(), order))
                : order.with(Status.WAITING, refused.text(), waiting(order, task, signatures(refused)));
    }

    private Standing waiting(Order order, AccessTask task, int signatures) {
        return new Standing(
                "approval_required",
                null,
                new Request(
                        task.id(), task.status(), task.approvalId(), issuer + "/approvals/" + task.id(), signatures),
                order.standing().evidence());
    }

    private static Standing standing(String code, Order order) {
        return new Standing(code, null, order.standing().request(), null);
    }

    private static Standing stepUp(Refused refused, Order order) {
        return new Standing(refused.code(), needed(refused), order.standing().request(), null);
    }

    private static @Nullable StepUp needed(Refused refused) {
        for (var obligation : refused.obligations()) {
            var acr = obligation.acrValue();
            var maxAge = obligation.maxAgeSeconds();
            if (obligation.type().equals(Obligation.STEP_UP) && acr != null && maxAge != null) {
                return new StepUp(acr, maxAge);
            }
        }
        return null;
    }

    private static int signatures(Refused refused) {
        return refused.obligations().stream()
                .filter(obligation -> obligation.type().equals("approval"))
                .mapToInt(obligation ->
                        obligation.properties().get("quorum") instanceof Number quorum ? quorum.intValue() : 1)
                .sum();
    }
}
