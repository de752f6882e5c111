package dev.countersign.signal;

import dev.countersign.evidence.Journal;
import dev.countersign.session.SessionId;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Takes what transmitters tell of devices. */
@FunctionalInterface
public interface DeviceReports {
    /** Keeps nothing and knows of no session on a device. */
    DeviceReports NONE = (database, evidence, report) -> List.of();

    /**
     * Keeps {@code report}, in the transaction of the signal that brought it.
     *
     * @return sessions known to be on that device, beside those whose login named it
     */
    List<SessionId> report(Handle database, Journal.Recorder evidence, DeviceReport report);

    /**
     * A device's compliance (CAEP 1.0 §3.5).
     *
     * @param issuer who manages the device
     * @param device its id there
     * @param at since when
     * @param source our name for the transmitter
     */
    record DeviceReport(String issuer, String device, boolean compliant, Instant at, String source) {}
}
