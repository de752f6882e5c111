package dev.countersign.signal;

import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Json;
import dev.countersign.session.IdentityProviders;
import dev.countersign.session.NamedSessions;
import dev.countersign.session.NamedSessions.Changes;
import dev.countersign.session.SessionId;
import dev.countersign.session.Sessions;
import dev.countersign.signal.DeviceReports.DeviceReport;
import dev.countersign.signal.RefusedSet.Code;
import dev.countersign.signal.RiskReports.Level;
import dev.countersign.signal.RiskReports.RiskReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jdbi.v3.core.Handle;

/** What each event does, to exactly the sessions and accounts that its subject names. docs/signals.md has the table. */
final class Effects {
    /** Longest reason of a transmitter's that is kept, characters. */
    static final int MAX_REASON = 256;

    private static final Set<String> CHANGES = Set.of("create", "revoke", "update", "delete");
    private static final Set<String> COMPLIANCE = Set.of("compliant", "not-compliant");

    private final IdentityProviders providers;
    private final DeviceReports devices;
    private final RiskReports risks;

    Effects(IdentityProviders providers, DeviceReports devices, RiskReports risks) {
        this.providers = providers;
        this.devices = devices;
        this.risks = risks;
    }

    /** The sessions that were changed. Throws {@link RefusedSet} when the event is not as its type says. */
    List<SessionId> apply(
            Handle handle,
            Journal.Recorder evidence,
            Changes sessions,
            EventType type,
            SecurityEvent event,
            Transmitter from) {
        var on = new Target(handle, evidence, sessions, event, from, new Subjects(from));
        return switch (type) {
            case SESSION_REVOKED -> on.end("session revoked");
            case TOKEN_CLAIMS_CHANGE -> claims(on);
            case CREDENTIAL_CHANGE -> credentialChange(on);
            case ASSURANCE_LEVEL_CHANGE -> assurance(on);
            case DEVICE_COMPLIANCE_CHANGE -> compliance(on);
            case RISK_LEVEL_CHANGE -> risk(on);
            case ACCOUNT_PURGED -> on.block("account purged");
            case ACCOUNT_DISABLED -> on.block("account disabled");
            case ACCOUNT_ENABLED -> enabled(on);
            case CREDENTIAL_COMPROMISE -> on.endWithLogins("credential compromised");
            case SESSIONS_REVOKED -> on.endWithLogins("all sessions revoked");
            case ACCOUNT_CREDENTIAL_CHANGE_REQUIRED -> on.suspend("credential change required");
            case RECOVERY_ACTIVATED -> on.suspend("account recovery began");
            case RECOVERY_INFORMATION_CHANGED -> on.note("recovery_information_changed", "");
            case IDENTIFIER_CHANGED -> on.note("identifier_changed", "");
            case IDENTIFIER_RECYCLED -> on.end("identifier recycled");
            case VERIFICATION, STREAM_UPDATED -> List.of();
        };
    }

    /** Whatever the change: who stole a password adds a key or changes the password next. */
    private static List<SessionId> credentialChange(Target on) {
        var change = on.event().text("change_type");
        var credential = on.event().text("credential_type");
        if (!CHANGES.contains(change) || credential.isEmpty()) {
            throw malformed("credential_type and change_type are required");
        }
        return on.suspend("credential " + change + ": " + kept(credential));
    }

    /** An increase is somebody else's: it raises nothing here. An unknown direction is a decrease. */
    private static List<SessionId> assurance(Target on) {
        if (on.event().text("current_level").isEmpty()
                || on.event().text("namespace").isEmpty()) {
            throw malformed("namespace and current_level are required");
        }
        if (on.event().text("change_direction").equals("increase")) {
            return on.note("assurance_increased", "");
        }
        return on.each((sessions, id) -> sessions.lower(id, on.reason("assurance lowered")));
    }

    private List<SessionId> compliance(Target on) {
        var current = on.event().text("current_status");
        if (!COMPLIANCE.contains(current)) {
            throw malformed("current_status is required");
        }
        var compliant = current.equals("compliant");
        var concerned = new LinkedHashSet<SessionId>();
        for (var device : on.subjects().devices(on.event().subject())) {
            var keys = devices.report(
                    on.handle(),
                    on.evidence(),
                    new DeviceReport(
                            device.issuer(),
                            device.id(),
                            compliant,
                            on.event().happenedAt(),
                            on.from().id()));
            concerned.addAll(on.sessions().boundTo(keys));
            concerned.addAll(
                    on.sessions().find(new NamedSessions.Name(device.issuer(), null, null, null, device.id(), null)));
        }
        if (compliant) {
            return List.of();
        }
        var reason = on.reason("device not compliant");
        return concerned.stream()
                .filter(id -> on.sessions().suspend(id, reason))
                .toList();
    }

    /** What risk does is policy ({@code context.risk}), not code. */
    private List<SessionId> risk(Target on) {
        var level = Arrays.stream(Level.values())
                .filter(known -> known.name().equals(on.event().text("current_level")))
                .findFirst()
                .orElseThrow(() -> malformed("current_level must be LOW, MEDIUM or HIGH"));
        var reason = kept(on.event().text("risk_reason"));
        var noted = on.note("risk_level_change", level.name().toLowerCase(Locale.ROOT));
        risks.report(
                on.handle(),
                on.evidence(),
                new RiskReport(
                        noted, level, reason, on.event().happenedAt(), on.from().id()));
        return noted;
    }

    private static List<SessionId> enabled(Target on) {
        for (var account : on.subjects().accounts(on.event().subject())) {
            on.sessions().unblock(account, on.event().happenedAt());
        }
        return List.of();
    }

    /** A change that cannot be followed without a new login ends the session. */
    private List<SessionId> claims(Target on) {
        var changed = on.event().event().get("claims");
        if (changed == null || !changed.isObject() || changed.isEmpty()) {
            throw malformed("claims is required");
        }
        return on.each((sessions, id) -> {
            var session = sessions.session(id).orElseThrow();
            var provider = providers.byIssuer(session.issuer());
            var next = provider.flatMap(known -> ChangedClaims.of(changed, session, known, providers));
            return next.isPresent()
                    ? sessions.claims(id, next.get().groups(), next.get().claims())
                    : !sessions.end(id, on.reason("claims changed")).isEmpty();
        });
    }

    private static RefusedSet malformed(String description) {
        return new RefusedSet(Code.INVALID_REQUEST, "The event is not as its type says: " + description);
    }

    private static String kept(String text) {
        var clean = Json.hasControlCharacter(text) ? "" : text;
        return clean.length() > MAX_REASON ? clean.substring(0, MAX_REASON) : clean;
    }

    /** One event and what it can reach. */
    private record Target(
            Handle handle,
            Journal.Recorder evidence,
            Changes sessions,
            SecurityEvent event,
            Transmitter from,
            Subjects subjects) {
        String reason(String what) {
            return what + " (" + from.id() + ")";
        }

        /** The sessions named, each changed by {@code change}, which says whether it did. */
        List<SessionId> each(BiPredicate<Changes, SessionId> change) {
            var named = new LinkedHashSet<SessionId>();
            subjects.sessions(event.subject()).forEach(name -> named.addAll(sessions.find(name)));
            var changed = new ArrayList<SessionId>();
            for (var id : named) {
                if (change.test(sessions, id)) {
                    changed.add(id);
                }
            }
            return changed;
        }

        List<SessionId> end(String what) {
            return each((all, id) -> !all.end(id, reason(what)).isEmpty());
        }

        List<SessionId> suspend(String what) {
            return each((all, id) -> all.suspend(id, reason(what)));
        }

        List<SessionId> note(String kind, String detail) {
            var signal = new Sessions.Signal(event.happenedAt(), kind, detail.isEmpty() ? from.id() : detail);
            return each((all, id) -> {
                all.note(id, signal);
                return true;
            });
        }

        List<SessionId> block(String what) {
            subjects.accounts(event.subject())
                    .forEach(account -> sessions.block(account, event.happenedAt(), reason(what)));
            return end(what);
        }

        List<SessionId> endWithLogins(String what) {
            subjects.accounts(event.subject())
                    .forEach(account -> sessions.refuseLoginsBefore(account, event.happenedAt(), reason(what)));
            return end(what);
        }
    }
}
