package dev.countersign.monitor;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.network.Networks;
import dev.countersign.policy.IpValue;
import dev.countersign.session.Acr;
import dev.countersign.session.Principal;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Folds every action into what is known of its session and principal. One look costs memory and arithmetic of a fixed size;
 * the database is read when a session or principal is first seen here, and written when a level changes.
 */
public final class Monitor implements RiskReports {
    /** Sessions that are remembered; about 400 bytes each. What had raised a level is read again after it was forgotten. */
    public static final int MAX_SESSIONS = 100_000;

    /** Principals that are remembered; about 1 KiB each. */
    public static final int MAX_PRINCIPALS = 50_000;

    private static final String REPORTED = "risk.reported";

    private final Networks networks;
    private final Journal journal;
    private final InstantSource clock;
    private final Remembered<SessionId, Track> tracks;
    private final Remembered<Principal, Profile> profiles;
    private final ProfileWriter writer;

    Monitor(Networks networks, Database database, Journal journal, ProfileWriter writer, InstantSource clock) {
        var store = new RiskStore(database);
        var shared = database.engine() != Database.Engine.SQLITE;
        this.networks = networks;
        this.journal = journal;
        this.writer = writer;
        this.clock = clock;
        this.tracks = new Remembered<>(
                MAX_SESSIONS,
                store::track,
                (mine, theirs) -> {
                    synchronized (mine) {
                        mine.merge(theirs);
                    }
                },
                shared);
        this.profiles = new Remembered<>(MAX_PRINCIPALS, store::profile, Profile::merge, shared);
    }

    /**
     * What is known of a session at one moment.
     *
     * @param idle since it acted before
     */
    public record Assessment(Risk risk, Duration idle) {}

    /** An action whose session and proof were good counts from now on. Problem 503 when a change of level is not durable. */
    public Assessment acting(Session session, Networks.Known network, Instant now) {
        var track = tracks.get(session.id(), now);
        var profile = profiles.get(session.principal(), now);
        synchronized (track) {
            var idle = track.idle(session, now);
            if (network.facts().address() == null) {
                track.acted(now);
            } else {
                look(track, profile, session, network, now);
            }
            writer.changed(session.principal(), profile);
            return new Assessment(
                    assess(session.id(), track, profile.reports(), track.provedAt(network.facts()), now), idle);
        }
    }

    private void look(Track track, Profile profile, Session session, Networks.Known network, Instant now) {
        var facts = network.facts();
        if (track.isNew() && Acr.satisfies(session.login().acr(), Acr.PHR)) {
            track.proved(
                    networks.of(address(session.startedFrom())).facts(),
                    session.login().at());
        }
        var proven = track.isJustProved(facts, now);
        profile.learn(facts, proven);
        if (proven) {
            track.findings().remove(NewCountry.ID);
            track.findings().remove(NewNetwork.ID);
        }
        var sighting = track.sighting(session, facts, networks.locate(), profile, now);
        for (var detector : Detector.ALL) {
            if (detector.finds(sighting)) {
                track.findings().add(detector.id(), detector.weight(), now, sighting.moved());
            }
        }
        track.acted(facts, now);
        profile.acted(facts, now);
    }

    /** The same without counting anything. */
    public Assessment looking(Session session, Networks.Known network, Instant now) {
        var track = tracks.get(session.id(), now);
        var reports = profiles.get(session.principal(), now).reports();
        synchronized (track) {
            var provedAt = track.provedAt(network.facts());
            return new Assessment(
                    track.findings().risk(track.reports(), reports, provedAt, now), track.idle(session, now));
        }
    }

    /** What was presented for the session was refused with this reason code; by whom, is not known. */
    public void refused(SessionId session, String code, Instant now) {
        FailedProofs.of(code).ifPresent(failed -> {
            var track = tracks.get(session, now);
            synchronized (track) {
                track.findings().add(failed.id(), failed.weight(), now, false);
                assess(session, track, Reports.NONE, null, now);
            }
        });
    }

    /**
     * Somebody gave a phishing-resistant proof in the session, from that address. Problem 503 when that is not durable.
     *
     * @param address or null when it is not known
     */
    public void steppedUp(SessionId session, @Nullable String address, Instant at) {
        var network = networks.of(address(address)).facts();
        var track = tracks.get(session, at);
        synchronized (track) {
            track.proved(network, at);
            var state = track.json();
            journal.commit((handle, evidence) -> {
                RiskStore.save(handle, session, state, at);
                return session;
            });
        }
    }

    private static @Nullable IpValue address(@Nullable String text) {
        try {
            return text == null ? null : IpValue.parse(text);
        } catch (IllegalArgumentException e) {
            return null; // not one that we know anything about
        }
    }

    private Risk assess(SessionId session, Track track, Reports ofPrincipal, @Nullable Instant provedAt, Instant now) {
        var risk = track.findings().risk(track.reports(), ofPrincipal, provedAt, now);
        var before = track.level();
        if (risk.level() != before) {
            track.level(risk.level());
            try {
                commit(session, track, risk, before, now);
            } catch (RuntimeException e) {
                track.level(before);
                throw e;
            }
        }
        return risk;
    }

    /** The track's monitor is held: of two actions of one session, one tells of the change, the other knows of it. */
    private void commit(SessionId session, Track track, Risk risk, RiskLevel before, Instant now) {
        var state = track.json();
        journal.commit((handle, evidence) -> {
            RiskStore.save(handle, session, state, now);
            evidence.record(Entry.of("risk.changed", session.value())
                    .with("level", risk.level().word())
                    .with("before", before.word())
                    .with("score", risk.score())
                    .with("reasons", risk.reasons().stream().sorted().toList())
                    .with("techniques", Techniques.of(risk.reasons())));
            return session;
        });
    }

    @Override
    public boolean report(Principal principal, RiskLevel level, String reason, String source, Instant at) {
        var now = clock.instant();
        var report = new Reports.Report(source, level, reason, at);
        var accepted = isTimely(report, now) && commit(principal.toString(), report);
        if (accepted) {
            profiles.get(principal, now).add(report);
        }
        return accepted;
    }

    @Override
    public boolean report(SessionId session, RiskLevel level, String reason, String source, Instant at) {
        var now = clock.instant();
        var report = new Reports.Report(source, level, reason, at);
        var accepted = isTimely(report, now) && commit(session.value(), report);
        if (accepted) {
            count(session, report, now);
        }
        return accepted;
    }

    @Override
    public void report(
            Handle handle,
            Journal.Recorder evidence,
            SessionId session,
            RiskLevel level,
            String reason,
            String source,
            Instant at) {
        var report = new Reports.Report(source, level, reason, at);
        if (isTimely(report, clock.instant())) {
            save(handle, evidence, session.value(), report);
        }
    }

    @Override
    public void found(
            Handle handle, Journal.Recorder evidence, SessionId session, FatigueSigns sign, String reason, Instant at) {
        var text = reason.substring(0, Math.min(reason.length(), Reports.MAX_TEXT));
        report(handle, evidence, session, sign.level(), text, sign.source(), at);
    }

    /** A report that somebody else committed counts from here on: its evidence says all of it. */
    void heard(Entry entry) {
        if (!entry.kind().equals(REPORTED) || !entry.subject().startsWith(SessionId.PREFIX)) {
            return;
        }
        var members = entry.members();
        var level = RiskLevel.valueOf(String.valueOf(members.get("level")).toUpperCase(Locale.ROOT));
        var report = new Reports.Report(
                String.valueOf(members.get("source")),
                level,
                String.valueOf(members.get("reason")),
                Instant.parse(String.valueOf(members.get("at"))));
        var session = new SessionId(entry.subject());
        tracks.known(session).ifPresent(track -> track.add(report));
    }

    private void count(SessionId session, Reports.Report report, Instant now) {
        tracks.get(session, now).add(report);
    }

    private static boolean isTimely(Reports.Report report, Instant now) {
        return !report.at().isAfter(now.plus(Reports.MAX_SKEW));
    }

    /** The database knows the newest, whichever node heard it. */
    private boolean commit(String subject, Reports.Report report) {
        return journal.commit((handle, evidence) -> save(handle, evidence, subject, report));
    }

    private static boolean save(Handle handle, Journal.Recorder evidence, String subject, Reports.Report report) {
        var saved = RiskStore.save(handle, subject, report);
        if (saved) {
            evidence.record(Entry.of(REPORTED, subject)
                    .with("level", report.level().word())
                    .with("reason", report.reason())
                    .with("source", report.source())
                    .with("at", report.at().toString()));
        }
        return saved;
    }
}
