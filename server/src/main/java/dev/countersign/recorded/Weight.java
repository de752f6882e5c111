package dev.countersign.recorded;

import dev.countersign.policy.EntityUid;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.SetValue;
import dev.countersign.policy.StringValue;
import dev.countersign.policy.Value;

/** How much memory a record holds, roughly and quickly: what bounds the queue, for records differ a thousandfold. */
final class Weight {
    /** What a value takes beside its text, bytes. */
    private static final int EACH = 32;

    /** Where counting stops: heavier is too heavy anyway. */
    private final int limit;

    private int sum;

    private Weight(int limit) {
        this.limit = limit;
    }

    /** Bytes, at most a little over {@code limit}. */
    static int of(DecisionRecord decision, int limit) {
        var weight = new Weight(limit);
        weight.add(decision.request().context());
        weight.add(decision.request().principal());
        weight.add(decision.request().resource());
        for (var entity : decision.entities()) {
            weight.add(entity.attributes());
            weight.add(entity.tags());
            entity.parents().forEach(weight::add);
        }
        return weight.sum;
    }

    private void add(Value value) {
        if (sum > limit) {
            return;
        }
        sum += EACH;
        switch (value) {
            case StringValue string -> sum += string.value().length();
            case EntityUid uid -> sum += uid.id().length();
            case SetValue set -> set.elements().forEach(this::add);
            case RecordValue record ->
                record.members().forEach((name, member) -> {
                    sum += name.length();
                    add(member);
                });
            default -> {}
        }
    }
}
