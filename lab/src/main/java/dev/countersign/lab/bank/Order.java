package dev.countersign.lab.bank;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One instruction and where it stands: the bank's record of one transaction id.
 *
 * @param owner who sent it
 * @param at when it was first sent
 * @param text why it stands there, for a person
 */
record Order(Instruction instruction, String owner, Instant at, Status status, String text, Standing standing) {
    enum Status {
        /** Sent, nothing decided yet, or not to be decided just now. */
        OPEN,
        STEP_UP,
        WAITING,
        REFUSED,
        /** The receipt is verified and the order is being executed. */
        EXECUTING,
        EXECUTED,
        FAILED;

        /** Nothing can change it any more. */
        boolean isFinal() {
            return this == EXECUTING || this == EXECUTED || this == FAILED;
        }
    }

    /**
     * What goes with a status.
     *
     * @param code Countersign's reason code
     * @param stepUp what would be enough
     * @param request the open approval request
     * @param evidence index of the decision in Countersign's log
     */
    record Standing(
            String code,
            @Nullable StepUp stepUp,
            @Nullable Request request,
            @Nullable Long evidence) {
        static final Standing NONE = new Standing("", null, null, null);
    }

    /** RFC 9470: the assurance that is asked for, and how old it may be, seconds. */
    record StepUp(String acr, long maxAge) {}

    /**
     * An access request at Countersign.
     *
     * @param approval what it ended with, null until then
     * @param page where the approvers sign
     * @param signatures how many are needed, 0 when not known
     */
    record Request(String id, String status, @Nullable String approval, String page, int signatures) {}

    static Order open(Instruction instruction, String owner, Instant at) {
        return new Order(instruction, owner, at, Status.OPEN, "", Standing.NONE);
    }

    Order with(Status next, String why, Standing now) {
        return new Order(instruction, owner, at, next, why, now);
    }

    boolean isFor(String person, Instruction other) {
        return owner.equals(person) && instruction.equals(other);
    }
}
