package dev.countersign.signal;

import dev.countersign.evidence.Journal;
import java.time.Instant;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Takes what transmitters tell of devices. */
@FunctionalInterface
public interface DeviceReports {
    /** Keeps nothing and knows of no session on a device. */
    DeviceReports NONE = (database, evidence, report) -> Set.of();

    /**
     * Keeps {@code report}, in the transaction of the signal that brought it.
     *
     * @return thumbprints of the keys that live in the device: sessions bound to them are on it, beside those whose login named it
     */
    Set<String> report(Handle database, Journal.Recorder evidence, DeviceReport report);

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
