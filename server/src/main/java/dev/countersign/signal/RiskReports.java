package dev.countersign.signal;

import dev.countersign.evidence.Journal;
import dev.countersign.session.SessionId;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Takes what transmitters tell of risk. */
@FunctionalInterface
public interface RiskReports {
    /** Keeps nothing. */
    RiskReports NONE = (database, evidence, report) -> {};

    /** Keeps {@code report}, in the transaction of the signal that brought it. */
    void report(Handle database, Journal.Recorder evidence, RiskReport report);

    /**
     * A level of risk (CAEP 1.0 §3.8).
     *
     * @param sessions those that the subject names here
     * @param level LOW, MEDIUM or HIGH
     * @param reason as the transmitter gave it, at most 256 characters
     * @param source our name for the transmitter
     */
    record RiskReport(List<SessionId> sessions, Level level, String reason, Instant at, String source) {
        public RiskReport {
            sessions = List.copyOf(sessions);
        }
    }

    /** The levels of CAEP. */
    enum Level {
        LOW,
        MEDIUM,
        HIGH
    }
}
