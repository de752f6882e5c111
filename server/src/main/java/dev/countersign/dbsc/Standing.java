package dev.countersign.dbsc;

import java.time.Instant;

/** What a request shows of the key that its browser session is bound to. */
public sealed interface Standing {
    /** The session is bound to no browser key: there is nothing to prove. */
    record Unbound() implements Standing {}

    /** The bound cookie of a proof made at {@code at}. */
    record Proved(Instant at) implements Standing {}

    /** No bound cookie, or one whose proof is too old. */
    record Missing() implements Standing {}

    /** The bound cookie of a proof that the browser itself has replaced: somebody else kept a copy. */
    record Superseded() implements Standing {}
}
