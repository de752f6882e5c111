package dev.countersign.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.device.Device.Compliance;
import dev.countersign.device.Device.Posture;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.jose.ClockSkew;
import dev.countersign.session.Person;
import dev.countersign.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * The devices. A report counts by when it became so, never by when it arrived: one that is older than what is known changes
 * nothing. Each change is committed with its evidence; a report that says the same again is no change.
 */
final class Devices implements DeviceReports {
    /** How far in the future a report may lie: another's clock. */
    static final Duration MAX_SKEW = ClockSkew.ALLOWED;

    /** Keys and ids that are remembered, also those without a device. */
    static final int MAX_CACHED = 100_000;

    /** How long another node's report may stay unheard, on PostgreSQL. */
    static final Duration STALE = Duration.ofSeconds(1);

    private static final String CHANGED = "device.changed";

    private final DeviceStore store;
    private final Journal journal;
    private final InstantSource clock;
    private final Cache<String, Optional<Device>> byId;
    private final Cache<String, Optional<Device>> byKey;

    Devices(Database database, Journal journal, InstantSource clock) {
        this.store = new DeviceStore(database);
        this.journal = journal;
        this.clock = clock;
        this.byId = cache(database);
        this.byKey = cache(database);
    }

    private static Cache<String, Optional<Device>> cache(Database database) {
        var cache = Caffeine.newBuilder().maximumSize(MAX_CACHED);
        return database.engine() == Database.Engine.SQLITE
                ? cache.build()
                : cache.expireAfterWrite(STALE).build();
    }

    Optional<Device> find(String id) {
        return byId.get(id, store::find);
    }

    /** The device that the key lives in. */
    Optional<Device> ofKey(String thumbprint) {
        return byKey.get(thumbprint, store::ofKey);
    }

    /**
     * Takes what a device manager reports. Problem 409 when something newer is known or a key lives in another device; 507 when
     * there are too many devices.
     */
    Device report(Device reported, Posture posture, Compliance compliance) {
        var done = journal.commit((handle, evidence) -> report(handle, evidence, reported, posture, compliance));
        forget(done);
        return done.now();
    }

    private static Changed report(
            Handle handle, Journal.Recorder evidence, Device reported, Posture posture, Compliance compliance) {
        var before = held(handle, reported.id()).orElseThrow(Devices::tooMany);
        if (before.posture() != null && before.posture().at().isAfter(posture.at())) {
            throw Problem.conflict("outdated-report", "A newer report of this device is known")
                    .with("reported_at", before.posture().at().toString());
        }
        for (var key : reported.keys()) {
            if (DeviceStore.owner(handle, key)
                    .filter(device -> !device.equals(reported.id()))
                    .isPresent()) {
                throw Problem.conflict("key-of-another-device", "A key lives in one device only");
            }
        }
        var known = before.compliance();
        var now = new Device(
                reported.id(),
                reported.owner(),
                reported.keys(),
                posture,
                known != null && known.at().isAfter(compliance.at()) ? known : compliance);
        return save(handle, evidence, before, now);
    }

    @Override
    public boolean compliance(String device, boolean compliant, Instant at, String source) {
        if (!Device.isId(device) || at.isAfter(clock.instant().plus(MAX_SKEW))) {
            return false;
        }
        var reported = new Compliance(compliant, Instant.ofEpochMilli(at.toEpochMilli()), source);
        var done = journal.commit((handle, evidence) ->
                held(handle, device).flatMap(before -> comply(handle, evidence, before, reported)));
        done.ifPresent(this::forget);
        return done.isPresent();
    }

    @Override
    public Set<String> compliance(
            Handle handle, Journal.Recorder evidence, String device, boolean compliant, Instant at, String source) {
        if (!Device.isId(device) || at.isAfter(clock.instant().plus(MAX_SKEW))) {
            return Set.of();
        }
        var reported = new Compliance(compliant, Instant.ofEpochMilli(at.toEpochMilli()), source);
        var before = held(handle, device);
        if (before.isPresent()) {
            comply(handle, evidence, before.get(), reported);
        }
        return before.map(Device::keys).orElse(Set.of());
    }

    /** A change that somebody else committed: its evidence says which device it was about. */
    void heard(Entry entry) {
        if (entry.kind().equals(CHANGED)) {
            var id = entry.subject();
            var before = byId.asMap().remove(id);
            if (before != null) {
                before.ifPresent(device -> byKey.invalidateAll(device.keys()));
            }
            if (entry.members().get("keys") instanceof List<?> keys) {
                keys.forEach(key -> byKey.invalidate(String.valueOf(key)));
            }
        }
    }

    @Override
    public int notCompliant(Person owner, Instant at, String source) {
        if (at.isAfter(clock.instant().plus(MAX_SKEW))) {
            return 0;
        }
        var reported = new Compliance(false, Instant.ofEpochMilli(at.toEpochMilli()), source);
        var done = journal.commit((handle, evidence) -> {
            var changed = new ArrayList<Changed>();
            for (var id : DeviceStore.of(handle, owner)) {
                held(handle, id)
                        .flatMap(before -> comply(handle, evidence, before, reported))
                        .ifPresent(changed::add);
            }
            return changed;
        });
        done.forEach(this::forget);
        return done.size();
    }

    private static Optional<Changed> comply(
            Handle handle, Journal.Recorder evidence, Device before, Compliance reported) {
        var known = before.compliance();
        if (known != null && known.at().isAfter(reported.at())) {
            return Optional.empty();
        }
        var now = new Device(before.id(), before.owner(), before.keys(), before.posture(), reported);
        return Optional.of(save(handle, evidence, before, now));
    }

    /** The device as it is, nobody else changing it until the commit; empty when it would be one too many. */
    private static Optional<Device> held(Handle handle, String id) {
        if (DeviceStore.find(handle, id).isEmpty() && DeviceStore.count(handle) >= Device.MAX_DEVICES) {
            return Optional.empty();
        }
        DeviceStore.hold(handle, id);
        return DeviceStore.find(handle, id);
    }

    private static Changed save(Handle handle, Journal.Recorder evidence, Device before, Device now) {
        DeviceStore.save(handle, now);
        if (!says(now).equals(says(before))) {
            evidence.record(entry(now));
        }
        return new Changed(before, now);
    }

    /** What a device is, without when and by whom it was said. */
    private static Object says(Device device) {
        var posture = device.posture();
        var compliance = device.compliance();
        return java.util.Arrays.asList(
                device.owner(),
                device.keys(),
                posture == null ? null : posture.managed(),
                posture == null ? null : posture.platform(),
                compliance == null ? null : compliance.compliant());
    }

    private static Entry entry(Device device) {
        var entry = Entry.of(CHANGED, device.id())
                .with("keys", device.keys().stream().sorted().toList());
        if (device.owner() != null) {
            entry.with("owner", device.owner().id());
        }
        var posture = device.posture();
        if (posture != null) {
            entry.with("managed", posture.managed())
                    .with("platform", posture.platform())
                    .with("reported_at", posture.at().toString())
                    .with("reported_by", posture.source());
        }
        var compliance = device.compliance();
        if (compliance != null) {
            entry.with("compliant", compliance.compliant())
                    .with("compliant_at", compliance.at().toString())
                    .with("compliant_by", compliance.source());
        }
        return entry;
    }

    /** Forgets the device and its keys. Problem 404 when there is none. */
    void remove(String id, String by) {
        var removed = journal.commit((handle, evidence) -> {
            var device = DeviceStore.find(handle, id).orElseThrow(() -> Problem.notFound("There is no such device"));
            DeviceStore.delete(handle, id);
            evidence.record(Entry.of("device.removed", id).with("by", by));
            return device;
        });
        forget(new Changed(removed, removed));
    }

    private void forget(Changed changed) {
        byId.invalidate(changed.now().id());
        var keys = new HashSet<>(changed.before().keys());
        keys.addAll(changed.now().keys());
        byKey.invalidateAll(Set.copyOf(keys));
    }

    private static Problem tooMany() {
        return new Problem(507, "too-many-devices", "There are " + Device.MAX_DEVICES + " devices already");
    }

    private record Changed(Device before, Device now) {}
}
