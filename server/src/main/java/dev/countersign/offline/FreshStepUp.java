package dev.countersign.offline;

import dev.countersign.http.Problem;
import dev.countersign.session.Acr;
import dev.countersign.session.Session;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/** Enrolling and confirming keys takes a step-up with an authenticator just before. */
record FreshStepUp(InstantSource clock) {
    /** How fresh it must be. */
    static final Duration AGE = Duration.ofMinutes(5);

    boolean isIn(Session session) {
        var now = clock.instant();
        return session.isLive(now) && session.hasAssurance(Acr.PHR, Set.of(), AGE, now);
    }

    void requireIn(Session session) {
        if (!isIn(session)) {
            throw new Problem(403, "step-up-required", "Confirm with one of your authenticators first");
        }
    }
}
