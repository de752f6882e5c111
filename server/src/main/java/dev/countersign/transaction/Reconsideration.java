package dev.countersign.transaction;

import java.time.Instant;
import java.util.List;

/** What policies say now of a request that is open. */
public interface Reconsideration {
    Verdict of(AccessRequest request, Instant now);

    /** What came of looking again. */
    sealed interface Verdict {
        /** Nothing that policies see has changed since the last look, or what they saw is no longer known. */
        record Unchanged() implements Verdict {}

        /** What it needs by the policies of now. */
        record Needed(String policy, List<ApprovalNeed> needs, boolean signature) implements Verdict {
            public Needed {
                needs = List.copyOf(needs);
            }
        }

        /** No signature helps any more. */
        record Refused(String policy, String text) implements Verdict {}
    }
}
