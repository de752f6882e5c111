package dev.countersign.webauthn;

import dev.countersign.session.Session;

/** A way to raise a session without an authenticator of ours: the identity provider's. */
@FunctionalInterface
public interface OtherStepUp {
    /** No other way. */
    OtherStepUp NONE = (session, acr) -> false;

    /** True when it can raise {@code session} to class {@code acr}. */
    boolean reaches(Session session, String acr);
}
