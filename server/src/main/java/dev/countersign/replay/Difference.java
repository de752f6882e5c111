package dev.countersign.replay;

import java.util.Locale;

/**
 * One way in which a candidate answers otherwise than the live set did.
 *
 * @param policy id of the policy behind it: the candidate's for what is new, the live one's for what is gone
 * @param detail what exactly: a reason code, or what is required ({@code approval by 2 of treasury})
 */
public record Difference(Kind kind, String policy, String detail) {
    /** Where no policy stands behind it: nothing permits. */
    public static final String NO_POLICY = "(no policy permits)";

    /** The kinds, worst for the people who act first. */
    public enum Kind {
        /** Permitted, or open to whoever met a requirement; now refused for good. */
        NEW_DENIAL,
        /** Refused or open; now permitted at once. */
        NEW_PERMIT,
        /** Refused for good; now open to whoever meets a requirement. */
        NOW_OBTAINABLE,
        /** Something is required that was not required, or was met. */
        NEW_PROMPT,
        /** Something was open that is no longer required. */
        PROMPT_GONE,
        /** The candidate's policy cannot be evaluated. */
        ERROR;

        /** As JSON writes it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
