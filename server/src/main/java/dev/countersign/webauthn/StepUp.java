package dev.countersign.webauthn;

import dev.countersign.http.Problem;
import dev.countersign.session.Acr;
import dev.countersign.session.Session;
import java.time.Duration;
import java.time.Instant;

/** What a browser session must have done lately before a person's authenticators may change. */
final class StepUp {
    /** How fresh a step-up must be, and a login for the first authenticator. */
    static final Duration FRESH = Duration.ofMinutes(5);

    private StepUp() {}

    /** True when the session itself was stepped up with an authenticator lately; the provider's word does not count. */
    static boolean isFresh(Session session, Instant now) {
        var stepUp = session.stepUp();
        return stepUp != null
                && Acr.satisfies(stepUp.acr(), Acr.PHR)
                && !stepUp.at().plus(FRESH).isBefore(now);
    }

    static boolean loginIsFresh(Session session, Instant now) {
        return !session.login().at().plus(FRESH).isBefore(now);
    }

    static Problem needed() {
        return new Problem(403, "step-up-required", "Confirm with one of your authenticators first");
    }

    /** All that the person has wait to be registered again. */
    static Problem waiting() {
        return new Problem(
                403, "authenticators-wait", "Your authenticators wait to be registered again; do that first");
    }

    static Problem loginAgain() {
        return new Problem(
                403,
                "fresh-login-required",
                "Log in again: an authenticator is registered again within " + FRESH.toMinutes()
                        + " minutes of a login that came after you said that it was not you");
    }

    static Problem loginNeeded() {
        return new Problem(
                403,
                "fresh-login-required",
                "Log in again: the first authenticator is added within " + FRESH.toMinutes() + " minutes of a login");
    }
}
