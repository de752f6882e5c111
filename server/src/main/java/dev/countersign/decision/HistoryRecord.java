package dev.countersign.decision;

import dev.countersign.policy.DecimalValue;
import dev.countersign.policy.LongValue;
import dev.countersign.policy.RecordValue;
import dev.countersign.transaction.History;
import dev.countersign.transaction.History.Window;
import java.util.Locale;

/** {@code context.transaction_history}: what a person had permitted lately, as policies see it. */
final class HistoryRecord {
    /** The member of the context. */
    static final String NAME = "transaction_history";

    private HistoryRecord() {}

    static RecordValue of(History history) {
        var record = RecordValue.builder();
        for (var window : Window.values()) {
            record.put(window.name().toLowerCase(Locale.ROOT), past(history.in(window)));
        }
        return record.build();
    }

    private static RecordValue past(History.Past past) {
        var record = RecordValue.builder()
                .put("count", new LongValue(past.count()))
                .put("unapproved", new LongValue(past.unapproved()));
        var money = past.money();
        if (money != null) {
            record.put("amount", new DecimalValue(money.amount()));
            record.put("unapproved_amount", new DecimalValue(money.unapproved()));
        }
        return record.build();
    }
}
