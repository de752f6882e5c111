package dev.countersign.webauthn;

import dev.countersign.evidence.Journal;
import dev.countersign.session.Person;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * What becomes of authenticators when their owner says "this was not me". One of them may be a thief's, and nobody knows
 * which: each waits until it is registered again, and until then signs nothing. That needs a login from after that moment
 * and the authenticator's own signature, so that neither a stolen session nor a stolen password alone brings one back, or
 * puts another in its place; and whatever else policy wants ({@link ReregistrationGate}).
 */
public interface Reregistration {
    /** Has all authenticators of {@code person} wait, within the caller's change. Returns how many. */
    int require(Handle database, Journal.Recorder evidence, Person person, Instant now);
}
