package dev.countersign.device;

import dev.countersign.evidence.Journal;
import dev.countersign.session.Person;
import java.time.Instant;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Takes what others than device managers say of devices (CAEP 1.0 §3.5 {@code device-compliance-change}). Durable, with evidence,
 * before the call returns.
 */
public interface DeviceReports {
    /**
     * Of one device; one that nobody knows is known from now on.
     *
     * @param device id, as its manager calls it and as the login's claims name it
     * @param at when it became so
     * @param source who says so, e.g. the issuer of the event
     * @return false when it does not count: something newer is known, {@code at} lies in the future, the id is none, or there
     *     are too many devices
     */
    boolean compliance(String device, boolean compliant, Instant at, String source);

    /**
     * As {@link #compliance(String, boolean, Instant, String)}, within a change of the caller's.
     *
     * @return keys that live in the device
     */
    Set<String> compliance(
            Handle handle, Journal.Recorder evidence, String device, boolean compliant, Instant at, String source);

    /**
     * Of every device of a person, when nobody says which: none of them is compliant any more. The opposite cannot be said so.
     *
     * @return how many devices changed
     */
    int notCompliant(Person owner, Instant at, String source);
}
