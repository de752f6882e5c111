package dev.countersign.monitor;

import dev.countersign.policy.RecordValue;
import dev.countersign.policy.SetValue;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Risk of one session at one moment.
 *
 * @param score 0 to 100: the chance, in percent, that at least one of the findings is right, as if they were independent
 * @param reasons ids of what was found
 * @param age since the newest finding began, or null when nothing was found
 * @param proved whether a phishing-resistant proof was given since then, from the network that the session acts from
 */
public record Risk(int score, Set<String> reasons, @Nullable Duration age, boolean proved) {
    public Risk {
        reasons = Set.copyOf(reasons);
    }

    public RiskLevel level() {
        return RiskLevel.of(score);
    }

    /** As policies see it: {@code context.risk}. */
    public RecordValue written() {
        var record = RecordValue.builder()
                .put("score", score)
                .put("level", level().word())
                .put("reasons", SetValue.ofStrings(reasons))
                .put("proved", proved);
        return age == null ? record.build() : record.put("age", age.toSeconds()).build();
    }
}
