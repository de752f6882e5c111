package dev.countersign.replay;

import dev.countersign.policy.LongValue;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.SetValue;
import dev.countersign.policy.StringValue;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.DecisionRecord.Stated;
import dev.countersign.session.Acr;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was satisfied when a decision was made, as far as its record tells. A step-up and a binding are read from the
 * recorded session; an approval or a signature counts when the live set looked for one that says at least as much. What is
 * not known to have happened has not happened: a prompt too many is told, never one too few.
 */
final class Remembered implements Predicate<Requirement> {
    private final List<Stated> stated;
    private final @Nullable RecordValue session;

    Remembered(DecisionRecord decision, List<Stated> stated) {
        this.stated = stated;
        this.session = decision.request().context().get("session") instanceof RecordValue record ? record : null;
    }

    @Override
    public boolean test(Requirement requirement) {
        return switch (requirement) {
            case Requirement.StepUp stepUp -> isSteppedUp(stepUp);
            case Requirement.Approval approval -> isApproved(approval);
            case Requirement.Signature _ ->
                stated.stream().anyMatch(one -> one.satisfied() && one.requirement() instanceof Requirement.Signature);
            case Requirement.Proof _ ->
                session != null && !text(session, "binding").equals("none");
        };
    }

    private boolean isApproved(Requirement.Approval wanted) {
        return stated.stream()
                .anyMatch(one -> one.satisfied()
                        && one.requirement() instanceof Requirement.Approval had
                        && had.approvers().equals(wanted.approvers())
                        && had.quorum() >= wanted.quorum()
                        && (had.separate() || !wanted.separate())
                        && wanted.methods().containsAll(had.methods()));
    }

    private boolean isSteppedUp(Requirement.StepUp wanted) {
        for (var one : stated) {
            if (one.requirement() instanceof Requirement.StepUp had
                    && wanted.amr().equals(had.amr())
                    && wanted.maxAge().equals(had.maxAge())
                    && String.valueOf(wanted.acr()).equals(String.valueOf(had.acr()))) {
                return one.satisfied();
            }
        }
        return session != null
                && (meets(wanted, session, "acr", "auth_age", methods(session))
                        || meets(wanted, session, "step_up_acr", "step_up_age", Set.of()));
    }

    /** The methods of a step-up are not part of a request: one that asks for some is taken as not met by it. */
    private static boolean meets(
            Requirement.StepUp wanted, RecordValue session, String acr, String age, Set<String> methods) {
        return session.get(age) instanceof LongValue seconds
                && seconds.value() <= wanted.maxAge().toSeconds()
                && (wanted.acr() == null || Acr.satisfies(text(session, acr), wanted.acr()))
                && methods.containsAll(wanted.amr());
    }

    private static Set<String> methods(RecordValue session) {
        return session.get("amr") instanceof SetValue amr
                ? amr.elements().stream()
                        .filter(StringValue.class::isInstance)
                        .map(method -> ((StringValue) method).value())
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private static String text(RecordValue record, String name) {
        return record.get(name) instanceof StringValue text ? text.value() : "none";
    }
}
