package dev.countersign.monitor;

import dev.countersign.evidence.Journal;
import dev.countersign.network.Networks;
import dev.countersign.store.Database;
import java.time.InstantSource;

/** Risk of sessions. */
public final class MonitorFeature implements AutoCloseable {
    private final Monitor monitor;
    private final ProfileWriter writer;

    private MonitorFeature(Monitor monitor, ProfileWriter writer) {
        this.monitor = monitor;
        this.writer = writer;
    }

    public static MonitorFeature wire(Networks networks, Database database, Journal journal, InstantSource clock) {
        var writer = new ProfileWriter(journal, clock);
        var monitor = new Monitor(networks, database, journal, writer, clock);
        journal.listen(recorded -> monitor.heard(recorded.entry()));
        return new MonitorFeature(monitor, writer);
    }

    public Monitor monitor() {
        return monitor;
    }

    /** Takes what others say of risk. */
    public RiskReports reports() {
        return monitor;
    }

    @Override
    public void close() {
        writer.close();
    }
}
