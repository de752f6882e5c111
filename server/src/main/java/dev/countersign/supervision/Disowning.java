package dev.countersign.supervision;

import dev.countersign.evidence.Entry;
import dev.countersign.session.Session;
import dev.countersign.session.SessionEnding;
import dev.countersign.session.SessionEnding.Ending;
import dev.countersign.session.SessionId;
import dev.countersign.transaction.DisownedConsents;
import dev.countersign.webauthn.Reregistration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A person says that a session, or something that one did, was not theirs. */
final class Disowning {
    /** The kind of entry that is the alarm. */
    static final String ALARM = "person.disowned_sessions";

    private final SessionEnding ending;
    private final Reregistration authenticators;
    private final DisownedConsents consents;
    private final InstantSource clock;

    Disowning(SessionEnding ending, Reregistration authenticators, DisownedConsents consents, InstantSource clock) {
        this.ending = ending;
        this.authenticators = authenticators;
        this.consents = consents;
        this.clock = clock;
    }

    /**
     * Ends all sessions of {@code session}'s person, that one too; has all their authenticators wait to be registered again;
     * takes back what they asked for and signed and is not spent; and raises the alarm. The alarm and everything but the
     * ends of a great many sessions is one change. Returns how many sessions ended.
     *
     * @param foreign the session that the person did not know, or null when they named none
     */
    int disown(Session session, @Nullable SessionId foreign) {
        var person = session.person();
        return ending.endAll(
                person,
                null,
                new Ending("Its person said: this was not me", person, session.id(), null),
                (database, evidence) -> {
                    var now = clock.instant();
                    var waiting = authenticators.require(database, evidence, person, now);
                    var takenBack = consents.takeBack(database, evidence, person, now);
                    var alarm = Entry.of(ALARM, person.id())
                            .with("alarm", true)
                            .with("by_session", session.id().value())
                            .with("authenticators", waiting)
                            .with("requests_and_signatures", takenBack);
                    evidence.record(foreign == null ? alarm : alarm.with("foreign_session", foreign.value()));
                });
    }
}
