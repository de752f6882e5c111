package dev.countersign.lab.attack;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What came of an attack.
 *
 * @param blocked every variant of it was refused, for the expected reason
 * @param by what refused it
 * @param evidence the evidence log shows the attempt
 * @param control the honest action succeeded
 */
record Finding(boolean blocked, String by, boolean evidence, boolean control) {
    boolean ok() {
        return blocked && control;
    }

    static Finding broken(Exception e) {
        return new Finding(false, "could not be performed: " + e, false, false);
    }

    /** Gathers the variants of one attack. */
    static final class Notes {
        private final Set<String> by = new LinkedHashSet<>();
        private boolean blocked = true;
        private boolean control = true;

        /** One variant: {@code refused} says whether it was, {@code reason} by what. */
        Notes attempt(String variant, boolean refused, String reason) {
            blocked &= refused;
            by.add(refused ? reason : "NOT refused: " + variant + " (" + reason + ")");
            return this;
        }

        /** One honest action. */
        Notes honest(String action, boolean succeeded) {
            control &= succeeded;
            if (!succeeded) {
                by.add("control failed: " + action);
            }
            return this;
        }

        Finding finding(boolean evidence) {
            return new Finding(blocked, String.join("; ", by), evidence, control);
        }
    }
}
