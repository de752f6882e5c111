package dev.countersign.session;

import java.util.List;
import java.util.Optional;

/** The live sessions. Every change is durable, with evidence, before the call returns. */
public interface Sessions {
    Optional<Session> find(SessionId id);

    /** Those of {@code person} that have not ended, newest first. */
    List<Session> of(Person person);

    /** Raises the assurance of this session only; {@link Acr#PHR} makes a suspended one active again, less is refused. */
    void raise(SessionId id, Assurance stepUp);

    /** Records a security signal on it. {@code kind} e.g. {@code proof_failed}, {@code proof_replayed}. */
    void signal(SessionId id, String kind, String detail);

    /** Signals of this session, newest first. */
    List<Signal> signals(SessionId id);

    /** Extends the idle time of a session that is being used. */
    void used(Session session);

    void suspend(SessionId id, String reason);

    /** Ends it for good. */
    void end(SessionId id, String reason);

    /** A security event about a session. */
    record Signal(java.time.Instant at, String kind, String detail) {}
}
