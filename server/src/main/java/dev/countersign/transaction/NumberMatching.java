package dev.countersign.transaction;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Session;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequest.State;
import dev.countersign.transaction.NumberPage.Told;
import dev.countersign.webauthn.Authenticators;
import dev.countersign.webauthn.Authenticators.Assertion;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * Consent of people who have no authenticator, where policy lists the method {@code number}: whoever made the request sees a
 * number on their own page of it and tells it; the approver types it over the page of exactly these bytes. Nobody consents by
 * mere habit, and nobody whom the requester has not reached. It is no signature: who controls both sessions can do it.
 *
 * <p>The number is shown to the browser session of the account that made the request, and to nothing else: no enforcement
 * point, no program, no other approver. A guess takes it away.
 */
final class NumberMatching {
    /** Numbers there are: three digits. */
    static final int NUMBERS = 1_000;

    /** How long a number waits for its guess. */
    static final Duration LIFETIME = Approvals.CHALLENGE_LIFETIME;

    /** Wrong guesses of one person for one request; then the method is closed to them there. */
    static final int MAX_WRONG = 3;

    /** Wrong guesses of one person for all requests within {@link #WINDOW}: a chance of one in a hundred, a day. */
    static final int MAX_WRONG_OF_PERSON = 10;

    /** What {@link #MAX_WRONG_OF_PERSON} is for. */
    static final Duration WINDOW = Duration.ofHours(24);

    private static final Pattern NUMBER = Pattern.compile("[0-9]{3}");

    private final Database database;
    private final Journal journal;
    private final Approvals approvals;
    private final Groups groups;
    private final Authenticators authenticators;
    private final SessionAlarm alarm;
    private final RandomIds ids;
    private final SecureRandom random;
    private final InstantSource clock;

    NumberMatching(
            Database database,
            Journal journal,
            Approvals approvals,
            Groups groups,
            Authenticators authenticators,
            SessionAlarm alarm,
            RandomIds ids,
            SecureRandom random,
            InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.approvals = approvals;
        this.groups = groups;
        this.authenticators = authenticators;
        this.alarm = alarm;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
    }

    /** What {@code viewer}'s page of the request shows of it. */
    NumberPage page(AccessRequest request, Session viewer) {
        var now = clock.instant();
        return new NumberPage(
                approvals.maySign(request, viewer, now)
                        && mayMatch(request, viewer, now)
                        && database.read(handle -> isOpen(handle, request, viewer, now)),
                told(request, viewer, now));
    }

    private List<Told> told(AccessRequest request, Session viewer, Instant now) {
        if (!request.person().equals(viewer.person())
                || !viewer.isLive(now)
                || request.state() != State.OPEN
                || !now.isBefore(request.expiresAt())) {
            return List.of();
        }
        return database.read(handle -> NumberStore.waiting(handle, request.id(), now)).stream()
                .map(waiting -> new Told(waiting.person().id(), waiting.number()))
                .toList();
    }

    /** A new number for whoever made the request to tell. The nonce names it; the number itself is not in the answer. */
    String ask(AccessRequest request, Session session, Shown shown) {
        var now = clock.instant();
        requireMayMatch(request, session, now);
        Approvals.hash(request);
        var nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(ids.bytes(Challenge.NONCE_BYTES));
        var challenge = new NumberChallenge(
                request.id(),
                groups.one(session.person()),
                session.person(),
                session.id(),
                new Nonce(nonce, shown),
                String.format(Locale.ROOT, "%03d", random.nextInt(NUMBERS)),
                now.plus(LIFETIME));
        return journal.commit((handle, evidence) -> {
            if (!isOpen(handle, request, session, now)) {
                throw Problem.conflict("number-closed", "Too many wrong numbers; somebody else must approve this");
            }
            Prompts.challenged(handle, request, session.person(), now);
            NumberStore.put(handle, challenge, now);
            RequestStore.touch(handle, request.id(), now); // the requester's page shows it, on whichever node
            evidence.record(Entry.of("approval.prompted", request.id())
                    .with("person", session.person().id())
                    .with("session", session.id().value())
                    .with("method", SigningMethod.NUMBER.word()));
            return nonce;
        });
    }

    /**
     * Keeps the consent when {@code guess} is the number; takes the number away in any case. Throws Problem 403
     * {@code wrong-number}, 409 when there is nothing to answer.
     */
    void answer(AccessRequest request, Session session, String nonce, String guess) {
        var now = clock.instant();
        requireMayMatch(request, session, now);
        if (!NUMBER.matcher(guess).matches()) {
            throw Problem.invalid("/number", "Expected three digits");
        }
        var human = groups.one(session.person());
        // Taken and counted before anything comes of it: of many guesses at once, one is looked at.
        var taken = journal.commit((handle, evidence) -> {
            var waiting = NumberStore.take(handle, request.id(), human, session.id(), nonce, now)
                    .orElseThrow(Approvals::stale);
            if (!waiting.isAnsweredBy(guess)) {
                NumberStore.refused(handle, request.id(), human, now);
                RequestStore.touch(handle, request.id(), now);
                evidence.record(Entry.of("approval.refused", request.id())
                        .with("person", session.person().id())
                        .with("session", session.id().value())
                        .with("method", SigningMethod.NUMBER.word()));
            }
            return waiting;
        });
        if (!taken.isAnsweredBy(guess)) {
            alarm.signal(session.id(), "wrong_number", "A wrong number for request " + request.id());
            alarm.signal(
                    request.session(),
                    "number_not_matched",
                    session.person().id() + " typed another number for request " + request.id());
            throw new Problem(403, "wrong-number", "That is not the number; ask for a new one");
        }
        approvals.keep(
                request,
                session,
                SigningMethod.NUMBER,
                taken.nonce(),
                new Assertion("", "", "", "", guess),
                now,
                handle -> true);
    }

    private void requireMayMatch(AccessRequest request, Session session, Instant now) {
        approvals.requireMaySign(request, session, now);
        if (!mayMatch(request, session, now)) {
            throw Problem.forbidden("A number does not count for this transaction, or you can sign it");
        }
    }

    /** Where policy lists it for whom this person is asked as; never for the requester, who sees it, nor beside an authenticator. */
    private boolean mayMatch(AccessRequest request, Session session, Instant now) {
        return !request.isRequester(session.person(), groups)
                && request.needs().stream()
                        .anyMatch(need -> need.methods().contains(SigningMethod.NUMBER)
                                && need.isFor(session.groups(), groups, request.createdAt(), now))
                && !authenticators.has(session.person());
    }

    private boolean isOpen(Handle handle, AccessRequest request, Session session, Instant now) {
        var human = groups.one(session.person());
        return NumberStore.refusedOf(handle, human, request.id()) < MAX_WRONG
                && NumberStore.refusedSince(handle, human, now.minus(WINDOW)) < MAX_WRONG_OF_PERSON;
    }
}
