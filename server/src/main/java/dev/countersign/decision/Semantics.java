package dev.countersign.decision;

import dev.countersign.http.Fields;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a batch goes on after each decision (AuthZEN 1.0, {@code options.evaluations_semantic}). */
enum Semantics {
    EXECUTE_ALL,
    DENY_ON_FIRST_DENY,
    PERMIT_ON_FIRST_PERMIT;

    /** Problem 400 for an unknown word. */
    static Semantics of(@Nullable Fields options) {
        if (options == null || !options.has("evaluations_semantic")) {
            return EXECUTE_ALL;
        }
        return switch (options.oneOf(
                "evaluations_semantic", Set.of("execute_all", "deny_on_first_deny", "permit_on_first_permit"))) {
            case "deny_on_first_deny" -> DENY_ON_FIRST_DENY;
            case "permit_on_first_permit" -> PERMIT_ON_FIRST_PERMIT;
            default -> EXECUTE_ALL;
        };
    }

    /** True when nothing is evaluated after this decision. */
    boolean endsWith(boolean permit) {
        return switch (this) {
            case EXECUTE_ALL -> false;
            case DENY_ON_FIRST_DENY -> !permit;
            case PERMIT_ON_FIRST_PERMIT -> permit;
        };
    }
}
