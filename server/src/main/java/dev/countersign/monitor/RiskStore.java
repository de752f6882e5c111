package dev.countersign.monitor;

import dev.countersign.session.Principal;
import dev.countersign.session.SessionId;
import dev.countersign.store.Database;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Risk of sessions and profiles of principals in the database. Methods that take a handle run inside the caller's change. */
final class RiskStore {
    private final Database database;

    RiskStore(Database database) {
        this.database = database;
    }

    /** A session of which nothing was ever written is a fresh one. */
    Track track(SessionId session) {
        return database.read(handle -> {
            var track = text(handle, "select state from session_risk where session = :id", session.value())
                    .map(Track::read)
                    .orElseGet(Track::fresh);
            synchronized (track) { // just read, of nobody else
                track.reports(reports(handle, session.value()));
            }
            return track;
        });
    }

    Profile profile(Principal principal) {
        var id = principal.toString();
        return database.read(handle -> {
            var profile = text(handle, "select profile from principal_profile where principal = :id", id)
                    .map(Profile::read)
                    .orElseGet(Profile::new);
            profile.reports(reports(handle, id));
            return profile;
        });
    }

    private static Reports reports(Handle handle, String subject) {
        return Reports.of(handle.createQuery(
                        "select source, level, reason, at from risk_report where subject = :id order by at desc limit :max")
                .bind("id", subject)
                .bind("max", Reports.MAX_SOURCES)
                .map((row, context) -> new Reports.Report(
                        row.getString("source"),
                        RiskLevel.valueOf(row.getString("level")),
                        row.getString("reason"),
                        Instant.ofEpochMilli(row.getLong("at"))))
                .list());
    }

    /** False when the source has said something newer of this subject. */
    static boolean save(Handle handle, String subject, Reports.Report report) {
        return handle.createUpdate("""
                        insert into risk_report (subject, source, level, reason, at)
                        values (:subject, :source, :level, :reason, :at)
                        on conflict (subject, source) do update set level = :level, reason = :reason, at = :at
                        where risk_report.at <= :at""")
                        .bind("subject", subject)
                        .bind("source", report.source())
                        .bind("level", report.level().name())
                        .bind("reason", report.reason())
                        .bind("at", report.at().toEpochMilli())
                        .execute()
                == 1;
    }

    private static Optional<String> text(Handle handle, String query, String id) {
        return handle.createQuery(query).bind("id", id).mapTo(String.class).findOne();
    }

    static void save(Handle handle, SessionId session, String state, Instant now) {
        handle.createUpdate("""
                        insert into session_risk (session, state, changed_at) values (:id, :state, :now)
                        on conflict (session) do update set state = :state, changed_at = :now""")
                .bind("id", session.value())
                .bind("state", state)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static void save(Handle handle, Principal principal, String profile, Instant now) {
        handle.createUpdate("""
                        insert into principal_profile (principal, profile, seen_at) values (:id, :profile, :now)
                        on conflict (principal) do update set profile = :profile, seen_at = :now""")
                .bind("id", principal.toString())
                .bind("profile", profile)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** Forgets what nobody asks about any more. */
    static void forget(Handle handle, Instant sessionsBefore, Instant profilesBefore) {
        handle.createUpdate("delete from session_risk where changed_at < :before")
                .bind("before", sessionsBefore.toEpochMilli())
                .execute();
        handle.createUpdate("delete from risk_report where at < :before")
                .bind("before", sessionsBefore.toEpochMilli())
                .execute();
        handle.createUpdate("delete from principal_profile where seen_at < :before")
                .bind("before", profilesBefore.toEpochMilli())
                .execute();
    }
}
