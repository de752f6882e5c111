package dev.countersign.decision;

import dev.countersign.Settings.Right;
import dev.countersign.decision.Question.Subject;
import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.RequestSchema;
import dev.countersign.session.People;
import dev.countersign.session.Person;
import dev.countersign.session.Presented;
import dev.countersign.session.Principal;
import dev.countersign.session.Session;
import dev.countersign.session.SessionCheck;
import dev.countersign.session.SessionCheck.Checked;
import dev.countersign.session.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Finds out who acts: the principal of the presented session, or whom an asserting enforcement point speaks for. */
final class Identification {
    private final People people;

    Identification(People people) {
        this.people = people;
    }

    /**
     * @param presented what the subject presented, or null when the enforcement point speaks for it
     * @param check checks what was presented
     * @param schema what the live schema declares
     */
    Identified identify(
            EnforcementPoint asker,
            Subject subject,
            @Nullable Presented presented,
            SessionCheck check,
            RequestSchema schema) {
        if (presented == null) {
            return asserted(asker, subject, schema);
        }
        var credible = asker.may(Right.CERTIFICATES) ? presented : presented.withoutCertificate();
        return switch (check.check(credible)) {
            case Checked.Refused refused ->
                new Identified.Unknown(
                        ReasonCode.of(refused.code()), refused.text(), refused.session(), refused.nextNonce());
            case Checked.Live live -> {
                var session = live.session();
                var principal = session.principal();
                if (!session.grant().isFor(asker.id())) {
                    yield new Identified.Unknown(
                            ReasonCode.INVALID_SESSION,
                            "The token is for another audience",
                            session.id(),
                            live.nextNonce());
                }
                yield principal.type().equals(subject.type()) && principal.id().equals(subject.id())
                        ? new Identified.Known(
                                new Actor.Account(principal, session.person()),
                                session,
                                live.provedAt(),
                                live.nextNonce())
                        : new Identified.Unknown(
                                ReasonCode.SUBJECT_MISMATCH,
                                "The session belongs to someone else",
                                session.id(),
                                live.nextNonce());
            }
        };
    }

    /** An enforcement point speaks for a subject without its session: only one that is configured to. */
    private Identified asserted(EnforcementPoint asker, Subject subject, RequestSchema schema) {
        var actor = asker.may(Right.ASSERT) ? actor(subject, schema) : null;
        return actor == null
                ? new Identified.Unknown(ReasonCode.INVALID_SESSION, "No session was presented", null, null)
                : new Identified.Known(actor, null, null, null);
    }

    /**
     * Whom the type and id stand for, or null for a type that is neither a principal's nor declared, and for an account with
     * an id that no person can have.
     */
    @Nullable
    Actor actor(Subject subject, RequestSchema schema) {
        var kind = Principal.Kind.of(subject.type()).orElse(null);
        if (kind != null) {
            if (!Person.isId(subject.id())) {
                return null;
            }
            var principal = new Principal(kind, subject.id());
            return new Actor.Account(principal, people.of(principal));
        }
        return schema.declares(subject.type()) ? new Actor.Declared(new EntityUid(subject.type(), subject.id())) : null;
    }

    /** Whether entities of this type are accounts. */
    static boolean isAccount(String type) {
        return Principal.Kind.of(type).isPresent();
    }

    /** What came of it. */
    sealed interface Identified {
        /** For the next DPoP proof, or null. */
        @Nullable
        String nonce();

        /** The session, and when its proof was made, or null; when there is none, the enforcement point vouches for the subject. */
        record Known(
                Actor actor,
                @Nullable Session session,
                @Nullable Instant provedAt,
                @Nullable String nonce) implements Identified {}

        /** Not established: nothing is permitted. */
        record Unknown(
                ReasonCode code,
                String text,
                @Nullable SessionId session,
                @Nullable String nonce) implements Identified {}
    }
}
