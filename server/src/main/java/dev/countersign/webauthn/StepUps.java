package dev.countersign.webauthn;

import dev.countersign.session.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Hears of step-ups, and from where they were made. */
@FunctionalInterface
public interface StepUps {
    /**
     * Just before {@code session} is raised. Throws Problem 503 when it cannot be remembered: then nothing is raised.
     *
     * @param address of the browser with the authenticator, or null when it is not known
     */
    void made(SessionId session, @Nullable String address, Instant at);
}
