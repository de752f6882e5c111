package dev.countersign;

import dev.countersign.decision.Surroundings;
import dev.countersign.device.DeviceFeature;
import dev.countersign.monitor.Monitor;
import dev.countersign.monitor.Monitor.Assessment;
import dev.countersign.network.Networks;
import dev.countersign.policy.IpValue;
import dev.countersign.review.Reviews;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Network, device and risk around an action, each from the feature that knows it. */
record KnownSurroundings(Networks networks, DeviceFeature devices, Monitor monitor, Reviews reviews)
        implements Surroundings {
    @Override
    public Seen acting(Session session, @Nullable IpValue address, Instant now) {
        var network = networks.of(address);
        return seen(session, network, monitor.acting(session, network, now), now);
    }

    @Override
    public Seen around(@Nullable Session session, @Nullable IpValue address, Instant now) {
        var network = networks.of(address);
        return session == null
                ? new Seen(network.record(), null, null, null, 0)
                : seen(session, network, monitor.looking(session, network, now), now);
    }

    private Seen seen(Session session, Networks.Known network, Assessment assessed, Instant now) {
        return new Seen(
                network.record(),
                devices.of(session, now),
                assessed.risk().written(),
                assessed.idle(),
                reviews.overdue(session.person()));
    }

    @Override
    public void refused(SessionId session, String code, Instant now) {
        monitor.refused(session, code, now);
    }
}
