package dev.countersign.webauthn;

import dev.countersign.evidence.Journal;
import dev.countersign.session.Person;
import org.jdbi.v3.core.Handle;

/** Is told of changes of authenticators inside the database transaction of the change. */
@FunctionalInterface
public interface CredentialObserver {
    /**
     * May run more than once, as the change itself: no effects outside {@code handle}.
     *
     * @param change {@code create}, {@code revoke} or {@code delete} (CAEP 1.0 §3.3.1)
     */
    void changed(Handle handle, Journal.Recorder evidence, Person person, String change);
}
