package dev.countersign.device;

import dev.countersign.device.Device.Compliance;
import dev.countersign.device.Device.Posture;
import dev.countersign.policy.Bool;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.StringValue;
import dev.countersign.session.Binding;
import dev.countersign.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the device that a session's key lives in: {@code context.device}. By the key first, which the session proves
 * each time; else by what the identity provider said at login. What is too old, or about somebody else's device, is unknown.
 */
final class DeviceFacts {
    private static final String UNKNOWN = "unknown";

    /** Mapped claims of the login (claims.yaml) that are about the device. */
    static final String ID_CLAIM = "device_id";

    static final String MANAGED_CLAIM = "device_managed";
    static final String COMPLIANT_CLAIM = "device_compliant";
    static final String PLATFORM_CLAIM = "device_platform";

    /** The source of what the login said. */
    private static final String LOGIN = "login";

    private final Devices devices;
    private final Duration maxAge;

    DeviceFacts(Devices devices, Duration maxAge) {
        this.devices = devices;
        this.maxAge = maxAge;
    }

    RecordValue of(Session session, Instant now) {
        var claimed = text(session, ID_CLAIM);
        var device = device(session, claimed);
        if (device != null && device.owner() != null && !device.owner().equals(session.person())) {
            return written(device.id(), null, null, now); // somebody else's: what it is says nothing about this session
        }
        var fromLogin = device == null || claimed == null || claimed.equals(device.id());
        var posture = newer(device == null ? null : device.posture(), fromLogin ? posture(session) : null);
        var compliance = newer(device == null ? null : device.compliance(), fromLogin ? compliance(session) : null);
        return written(device != null ? device.id() : claimed != null ? claimed : UNKNOWN, posture, compliance, now);
    }

    private @Nullable Device device(Session session, @Nullable String claimed) {
        var key = thumbprint(session.binding());
        return Optional.ofNullable(key)
                .flatMap(devices::ofKey)
                .or(() -> Optional.ofNullable(claimed).filter(Device::isId).flatMap(devices::find))
                .orElse(null);
    }

    private static @Nullable String thumbprint(Binding binding) {
        return switch (binding) {
            case Binding.None none -> null;
            case Binding.DpopKey key -> key.thumbprint();
            case Binding.Certificate certificate -> certificate.sha256();
            case Binding.DbscKey key -> key.thumbprint();
        };
    }

    private static @Nullable Posture posture(Session session) {
        var managed = flag(session, MANAGED_CLAIM);
        var platform = text(session, PLATFORM_CLAIM);
        return managed == null && platform == null
                ? null
                : new Posture(
                        Boolean.TRUE.equals(managed),
                        platform == null ? UNKNOWN : platform,
                        session.login().at(),
                        LOGIN);
    }

    private static @Nullable Compliance compliance(Session session) {
        var compliant = flag(session, COMPLIANT_CLAIM);
        return compliant == null
                ? null
                : new Compliance(compliant, session.login().at(), LOGIN);
    }

    private static @Nullable Posture newer(@Nullable Posture a, @Nullable Posture b) {
        return a == null || (b != null && b.at().isAfter(a.at())) ? b : a;
    }

    private static @Nullable Compliance newer(@Nullable Compliance a, @Nullable Compliance b) {
        return a == null || (b != null && b.at().isAfter(a.at())) ? b : a;
    }

    private RecordValue written(String id, @Nullable Posture posture, @Nullable Compliance compliance, Instant now) {
        var fresh = posture != null && isFresh(posture.at(), now) ? posture : null;
        var heard = compliance != null && isFresh(compliance.at(), now) ? compliance : null;
        var record = RecordValue.builder()
                .put("id", id)
                .put("managed", fresh == null ? UNKNOWN : word(fresh.managed()))
                .put("compliant", heard == null ? UNKNOWN : word(heard.compliant()))
                .put("platform", fresh == null ? UNKNOWN : fresh.platform());
        if (posture != null) {
            record.put("report_age", age(posture.at(), now));
        }
        if (compliance != null) {
            record.put("compliance_age", age(compliance.at(), now));
        }
        return record.build();
    }

    private boolean isFresh(Instant at, Instant now) {
        return !at.plus(maxAge).isBefore(now);
    }

    private static String word(boolean flag) {
        return flag ? "yes" : "no";
    }

    private static long age(Instant at, Instant now) {
        return Math.max(0, Duration.between(at, now).toSeconds());
    }

    private static @Nullable String text(Session session, String claim) {
        return session.claims().attributes().get(claim) instanceof StringValue text
                        && !text.value().isEmpty()
                ? text.value()
                : null;
    }

    private static @Nullable Boolean flag(Session session, String claim) {
        return session.claims().attributes().get(claim) instanceof Bool flag ? flag == Bool.TRUE : null;
    }
}
