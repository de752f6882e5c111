package dev.countersign.session;

import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** Ties a session that began without a key to one. Durable, with evidence, before the call returns. */
public interface SessionBinding {
    /**
     * True when the session was active and unbound and is now bound; {@code together} ran inside the same change, maybe more
     * than once (see {@link dev.countersign.evidence.Journal.Change}).
     */
    boolean bind(SessionId id, Binding binding, Consumer<Handle> together);
}
