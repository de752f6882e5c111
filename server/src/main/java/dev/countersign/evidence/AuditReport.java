package dev.countersign.evidence;

import java.util.List;

/**
 * What a verification found.
 *
 * @param entries rows read
 * @param signed size of the newest checkpoint with a good signature; entries after it are younger than it, or added
 *     behind the server's back: the server signs every entry within a second
 * @param keyPinned the checkpoints were verified under a key that the caller brought, not one that lay with the log
 * @param problems in the order found, at most {@link AuditVerification#MAX_PROBLEMS} of each code
 */
public record AuditReport(long entries, long signed, boolean keyPinned, List<Problem> problems) {
    public AuditReport {
        problems = List.copyOf(problems);
    }

    /** Nothing is wrong. */
    public boolean ok() {
        return problems.isEmpty();
    }

    /**
     * One thing that is wrong.
     *
     * @param code what kind: {@code entry_missing}, {@code entry_changed}, {@code entry_misplaced}, {@code entry_added},
     *     {@code tile}, {@code checkpoint}, {@code root}, {@code truncated}, {@code rewritten}, {@code key}, {@code record}
     * @param index the first entry (or size) that it concerns, or -1
     * @param text one sentence for a person
     */
    public record Problem(String code, long index, String text) {}
}
