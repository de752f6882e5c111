package dev.countersign.signal;

import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.jose.UsedOnce;
import dev.countersign.key.Sha256;
import dev.countersign.session.NamedSessions;
import dev.countersign.session.SessionId;
import dev.countersign.signal.RefusedSet.Code;
import java.time.InstantSource;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes security event tokens, however they came. A token, its effects and their evidence are one commit; the same token
 * again is acknowledged and does nothing.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final Peers peers;
    private final SetCheck check;
    private final Effects effects;
    private final NamedSessions sessions;
    private final Journal journal;
    private final Refusals refusals;
    private final InstantSource clock;

    Intake(
            Peers peers,
            Effects effects,
            NamedSessions sessions,
            Journal journal,
            Refusals refusals,
            InstantSource clock) {
        this.peers = peers;
        this.check = new SetCheck(clock);
        this.effects = effects;
        this.sessions = sessions;
        this.journal = journal;
        this.refusals = refusals;
        this.clock = clock;
    }

    /**
     * Takes {@code token}.
     *
     * @return its {@code jti}
     * @throws RefusedSet when it is not acceptable, with evidence
     * @throws Problem 503 when it cannot be checked or stored now
     */
    String take(String token, Transmitter from) {
        try {
            var peer = peers.of(from);
            var event = check.verify(token, from, peer.keys());
            new Subjects(from).requireOwn(event.subject());
            sessions.commit((handle, evidence, changes) -> apply(handle, evidence, changes, event, from, peer));
            return event.jti();
        } catch (RefusedSet e) {
            refused(from, e);
            throw e;
        }
    }

    /** Evidence, as often as {@link Refusals} lets it. */
    void refused(Transmitter from, RefusedSet e) {
        var seen = refusals.admit(from.id() + '\n' + e.code(), clock.instant());
        if (seen > 0) {
            LOG.warn("a token at transmitter {} was refused: {}", from.id(), e.description());
            journal.append(Entry.of("signal.refused", from.id())
                    .with("err", e.code().err())
                    .with("reason", e.description())
                    .with("seen", seen));
        }
    }

    private boolean apply(
            Handle handle,
            Journal.Recorder evidence,
            NamedSessions.Changes changes,
            SecurityEvent event,
            Transmitter from,
            Peers.Peer peer) {
        if (!isNew(handle, event, from)) {
            return false;
        }
        var type = EventType.of(event.type());
        var entry = Entry.of("signal.received", from.id())
                .with("jti", event.jti())
                .with("event", event.type())
                .with("subject", event.subject().format())
                .with("happened_at", event.happenedAt().toString());
        if (type.isEmpty() || isCriticalUnknown(event.subject(), peer)) {
            evidence.record(entry.with("effect", "ignored"));
            return true;
        }
        peer.onStream(handle, type.get(), event);
        var changed = effects.apply(handle, evidence, changes, type.get(), event, from);
        evidence.record(entry.with("effect", type.get().shortName())
                .with("sessions", changed.stream().map(SessionId::value).toList()));
        return true;
    }

    /**
     * RFC 8935 and 8936 deliver at least once: the same token again is its delivery repeated and is acknowledged. Another
     * token by the name of an earlier one is refused (RFC 8417 §2.2: a {@code jti} names one token).
     */
    private boolean isNew(Handle handle, SecurityEvent event, Transmitter from) {
        var kept = event.issuedAt().plus(from.maxAge()).plus(SetCheck.SKEW).plus(SetCheck.SKEW);
        var name = "set\n" + from.issuer() + '\n' + event.jti();
        if (UsedOnce.use(handle, Sha256.hex(name), kept, clock.instant())) {
            UsedOnce.use(handle, Sha256.hex(name + '\n' + event.hash()), kept, clock.instant());
            return true;
        }
        if (UsedOnce.use(handle, Sha256.hex(name + '\n' + event.hash()), kept, clock.instant())) {
            throw new RefusedSet(Code.INVALID_REQUEST, "Another token had this jti");
        }
        return false;
    }

    /** SSF 1.0 §3.6: what may not be left out and is not understood discards the event. */
    private static boolean isCriticalUnknown(SubjectId subject, Peers.Peer peer) {
        return subject instanceof SubjectId.Complex complex
                && complex.members().keySet().stream()
                        .anyMatch(name -> peer.criticalMembers().contains(name) && !Subjects.MEMBERS.contains(name));
    }
}
