package dev.countersign.monitor;

import dev.countersign.evidence.Journal;
import dev.countersign.session.Principal;
import dev.countersign.session.SessionId;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * Takes what others say of risk (CAEP 1.0 §3.8 {@code risk-level-change}). The newest word of each source stands until the
 * source takes it back with {@link RiskLevel#LOW}, at most {@link Reports#LIFE}. Durable, with evidence, before the call returns.
 */
public interface RiskReports {
    /**
     * Of every session of {@code principal}, present and future.
     *
     * @param reason one sentence, at most {@link Reports#MAX_TEXT} characters; no token, no key
     * @param source who says so, e.g. the issuer of the event
     * @param at when it became so
     * @return false when it does not count: the source has said something newer, or {@code at} lies in the future
     */
    boolean report(Principal principal, RiskLevel level, String reason, String source, Instant at);

    /** As {@link #report(Principal, RiskLevel, String, String, Instant)}, of one session. */
    boolean report(SessionId session, RiskLevel level, String reason, String source, Instant at);

    /** As {@link #report(SessionId, RiskLevel, String, String, Instant)}, within a change of the caller's. */
    void report(
            Handle handle,
            Journal.Recorder evidence,
            SessionId session,
            RiskLevel level,
            String reason,
            String source,
            Instant at);

    /** As the one before, of what we found ourselves: it fades by itself. */
    void found(
            Handle handle, Journal.Recorder evidence, SessionId session, FatigueSigns sign, String reason, Instant at);
}
