package dev.countersign.enforce;

import dev.countersign.Settings.Right;
import java.util.Set;

/**
 * Who asks: a gateway, proxy, application or module that enforces our decisions (AuthZEN's PEP).
 *
 * @param id as configured
 * @param rights what it may do beyond asking about the sessions it presents
 */
public record EnforcementPoint(String id, Set<Right> rights) {
    public EnforcementPoint {
        rights = Set.copyOf(rights);
    }

    /** Whether the settings give it this right. */
    public boolean may(Right right) {
        return rights.contains(right);
    }
}
