package dev.countersign.device;

import dev.countersign.Settings;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.evidence.Journal;
import dev.countersign.policy.RecordValue;
import dev.countersign.session.Session;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import java.time.Instant;
import java.time.InstantSource;

/** What is known of devices. */
public final class DeviceFeature {
    private final Devices devices;
    private final DeviceFacts facts;
    private final InstantSource clock;

    private DeviceFeature(Devices devices, DeviceFacts facts, InstantSource clock) {
        this.devices = devices;
        this.facts = facts;
        this.clock = clock;
    }

    public static DeviceFeature wire(Settings settings, Database database, Journal journal, InstantSource clock) {
        var devices = new Devices(database, journal, clock);
        journal.listen(recorded -> devices.heard(recorded.entry()));
        return new DeviceFeature(
                devices, new DeviceFacts(devices, settings.surroundings().postureMaxAge()), clock);
    }

    /** What is known of the device that the session's key lives in, as policies see it: {@code context.device}. */
    public RecordValue of(Session session, Instant now) {
        return facts.of(session, now);
    }

    /** Takes what others than device managers say of devices. */
    public DeviceReports reports() {
        return devices;
    }

    public void routes(HttpRouting.Builder routing, EnforcementPoints enforcementPoints) {
        new DeviceRoutes(enforcementPoints, devices, clock).register(routing);
    }
}
