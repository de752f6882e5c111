package dev.countersign.policy;

import java.util.List;
import java.util.Locale;

/** Countersign's answer to an evaluation. */
public sealed interface Answer {
    /** Those behind the answer. */
    List<Policy> policies();

    /** Why, in one word of the closed list that answers and evidence use: {@code permitted}, {@code no_permit}, … */
    String code();

    /** {@code permit}, {@code deny} or {@code open}. */
    default String decision() {
        return switch (this) {
            case Permit permit -> "permit";
            case Deny deny -> "deny";
            case Open open -> "open";
        };
    }

    /** Permitted, by these policies. */
    record Permit(List<Policy> policies) implements Answer {
        @Override
        public String code() {
            return "permitted";
        }
    }

    /** Refused for good. */
    record Deny(DenyReason reason, List<Policy> policies) implements Answer {
        @Override
        public String code() {
            return reason.name().toLowerCase(Locale.ROOT);
        }
    }

    /** Refused until these requirements are met. */
    record Open(List<Requirement> requirements, List<Policy> policies) implements Answer {
        /** What to do first: bind, then step up, then ask others, then sign. */
        private static final List<String> ORDER = List.of("proof", "step-up", "approval", "signature");

        @Override
        public String code() {
            for (var kind : ORDER) {
                if (requirements.stream().anyMatch(one -> one.kind().equals(kind))) {
                    return kind.replace('-', '_') + "_required";
                }
            }
            throw new IllegalStateException("An open answer without requirements");
        }
    }

    /** Why a request is refused for good. */
    enum DenyReason {
        NO_PERMIT,
        FORBIDDEN,
        POLICY_ERROR
    }
}
