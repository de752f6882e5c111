package dev.countersign.monitor;

import dev.countersign.http.Json;
import dev.countersign.network.NetworkFacts;
import dev.countersign.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one session. Every use holds its monitor, {@code synchronized (track)}, but for {@link #add}: reports are
 * heard on the journal's thread, for which the holder of the monitor may be waiting.
 */
final class Track {
    /** Networks that are remembered beside the present one. */
    static final int MAX_NETWORKS = 4;

    /** How fresh a phishing-resistant proof must be to make the place known from which the session acts. */
    static final Duration PROOF_WINDOW = Duration.ofMinutes(5);

    private final Map<String, Instant> left = new LinkedHashMap<>(2);
    private final Findings findings;
    private final Object reporting = new Object(); // held for a moment, never while anything is waited for
    private Reports reports; // guarded by reporting
    private RiskLevel level;
    private @Nullable String network;
    private @Nullable Place place;
    private @Nullable Instant actedAt;
    private @Nullable Instant provedAt;
    private @Nullable String provedFrom;

    private Track(Findings findings, Reports reports, RiskLevel level) {
        this.findings = findings;
        this.reports = reports;
        this.level = level;
    }

    static Track fresh() {
        return new Track(new Findings(), Reports.NONE, RiskLevel.LOW);
    }

    Findings findings() {
        return findings;
    }

    Reports reports() {
        synchronized (reporting) {
            return reports;
        }
    }

    void reports(Reports next) {
        synchronized (reporting) {
            reports = next;
        }
    }

    /** Without the monitor. */
    void add(Reports.Report report) {
        merge(Reports.of(List.of(report)));
    }

    private void merge(Reports others) {
        synchronized (reporting) {
            reports = reports.merged(others);
        }
    }

    /** As the evidence says. */
    RiskLevel level() {
        return level;
    }

    void level(RiskLevel next) {
        level = next;
    }

    /** Since the session acted before, as far as this node has seen; else since it began. */
    Duration idle(Session session, Instant now) {
        var idle = Duration.between(actedAt == null ? session.startedAt() : actedAt, now);
        return idle.isNegative() ? Duration.ZERO : idle;
    }

    /** The action at {@code now} beside what was before it. */
    Sighting sighting(Session session, NetworkFacts facts, boolean located, Profile profile, Instant now) {
        var key = key(facts);
        var elsewhere = !key.equals(network);
        var here = facts.location();
        var moved =
                elsewhere || (here != null && place != null && !place.location().equals(here));
        return new Sighting(session, facts, now, located, moved, place, elsewhere ? left.get(key) : null, profile);
    }

    /** The person gave a phishing-resistant proof, from that network. */
    void proved(NetworkFacts facts, Instant at) {
        if (provedAt == null || provedAt.isBefore(at)) {
            provedAt = at;
            provedFrom = key(facts);
        }
    }

    /** When the person gave such a proof last, if it was from that network; else null. */
    @Nullable
    Instant provedAt(NetworkFacts facts) {
        return key(facts).equals(provedFrom) ? provedAt : null;
    }

    /** True when the person is there: gave such a proof from that network, just now. */
    boolean isJustProved(NetworkFacts facts, Instant now) {
        var at = provedAt(facts);
        return at != null && !at.plus(PROOF_WINDOW).isBefore(now);
    }

    /** True until the session has acted here. */
    boolean isNew() {
        return actedAt == null;
    }

    /** From now on the action counts. */
    void acted(NetworkFacts facts, Instant now) {
        var key = key(facts);
        if (network != null && !network.equals(key) && actedAt != null) {
            left.remove(network);
            left.put(network, actedAt);
            if (left.size() > MAX_NETWORKS) {
                left.remove(left.keySet().iterator().next());
            }
        }
        network = key;
        actedAt = now;
        if (facts.location() != null) {
            place = new Place(facts.location(), now);
        }
    }

    /** Only that it acted: nobody said from where. */
    void acted(Instant now) {
        actedAt = now;
    }

    /** Networks are told apart by autonomous system and country: within one, addresses change as they like. */
    private static String key(NetworkFacts facts) {
        return facts.asn() + facts.country();
    }

    /** With what another node found. */
    void merge(Track other) {
        findings.merge(other.findings);
        merge(other.reports());
        if (other.provedAt != null && (provedAt == null || provedAt.isBefore(other.provedAt))) {
            provedAt = other.provedAt;
            provedFrom = other.provedFrom;
        }
    }

    String json() {
        var json = Json.MAPPER.createObjectNode().put("level", level.name());
        findings.write(json.putArray("findings"));
        if (provedAt != null) {
            json.put("proved_at", provedAt.toEpochMilli()).put("proved_from", provedFrom);
        }
        return Json.MAPPER.writeValueAsString(json);
    }

    static Track read(String text) {
        var json = Json.MAPPER.readTree(text);
        var track = new Track(
                Findings.read(json.get("findings")),
                Reports.NONE,
                RiskLevel.valueOf(json.get("level").stringValue()));
        if (json.has("proved_at")) {
            track.provedAt = Instant.ofEpochMilli(json.get("proved_at").longValue());
            track.provedFrom = json.get("proved_from").stringValue();
        }
        return track;
    }
}
