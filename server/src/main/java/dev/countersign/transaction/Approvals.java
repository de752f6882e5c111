package dev.countersign.transaction;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Session;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequest.State;
import dev.countersign.transaction.RequestChange.Kind;
import dev.countersign.webauthn.Authenticators;
import dev.countersign.webauthn.Authenticators.Assertion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** Signatures of people over exactly the stored bytes of a transaction. */
final class Approvals {
    /** How long a page has to answer its challenge. */
    static final Duration CHALLENGE_LIFETIME = Duration.ofMinutes(2);

    private final Database database;
    private final Journal journal;
    private final Groups groups;
    private final Authenticators authenticators;
    private final Templates templates;
    private final SessionAlarm alarm;
    private final RequestChanges changes;
    private final RandomIds ids;
    private final InstantSource clock;

    Approvals(
            Database database,
            Journal journal,
            Groups groups,
            Authenticators authenticators,
            Templates templates,
            SessionAlarm alarm,
            RequestChanges changes,
            RandomIds ids,
            InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.groups = groups;
        this.authenticators = authenticators;
        this.templates = templates;
        this.alarm = alarm;
        this.changes = changes;
        this.ids = ids;
        this.clock = clock;
    }

    List<Approval> of(AccessRequest request) {
        return database.read(handle -> ApprovalStore.of(handle, request.id()));
    }

    /**
     * A new challenge for the person's authenticators.
     *
     * @param shown what the person sees while it is asked; kept with the signature
     */
    Asked ask(AccessRequest request, Session session, Shown shown) {
        var now = clock.instant();
        requireMaySign(request, session, now);
        if (!authenticators.has(session.person())) {
            throw Problem.conflict("no-authenticator", "Register an authenticator first, at /authenticators");
        }
        var nonce = ids.bytes(Challenge.NONCE_BYTES);
        var encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
        journal.commit((handle, evidence) -> {
            Prompts.challenged(handle, request, session.person(), now);
            ApprovalStore.putNonce(
                    handle, request.id(), session.person(), new Nonce(encoded, shown), now.plus(CHALLENGE_LIFETIME));
            evidence.record(Entry.of("approval.prompted", request.id())
                    .with("person", session.person().id())
                    .with("session", session.id().value()));
            return encoded;
        });
        return new Asked(encoded, authenticators.request(session.person(), Challenge.of(nonce, hash(request))));
    }

    /** Verifies and keeps a signature. Throws Problem 403 when refused, 409 when the request or its nonce is over. */
    void sign(AccessRequest request, Session session, JsonNode response) {
        var now = clock.instant();
        requireMaySign(request, session, now);
        var nonce = database.read(handle -> ApprovalStore.nonce(handle, request.id(), session.person(), now))
                .orElseThrow(Approvals::stale);
        var hash = hash(request);
        var challenge = Challenge.of(Base64.getUrlDecoder().decode(nonce.value()), hash);
        var assertion = authenticators.verify(session.person(), challenge, response);
        keep(
                request,
                session,
                SigningMethod.WEBAUTHN,
                nonce,
                assertion,
                now,
                handle -> ApprovalStore.takeNonce(handle, request.id(), session.person(), nonce.value()));
    }

    /**
     * Keeps a consent that was verified. Throws Problem 409 when the person has signed already, the request is over or the
     * challenge was answered before.
     *
     * @param taken takes the challenge away, true once
     */
    void keep(
            AccessRequest request,
            Session session,
            SigningMethod method,
            Nonce nonce,
            Assertion assertion,
            Instant now,
            Predicate<Handle> taken) {
        journal.commit((handle, evidence) -> {
            if (!taken.test(handle)) {
                throw stale();
            }
            if (!keep(handle, evidence, request, session, method, nonce, assertion, now)) {
                throw Problem.conflict("not-signable", "You have signed this already, or the request is over");
            }
            return request;
        });
    }

    /** The same within a change, its challenge taken. False when the person has signed already or the request is over. */
    boolean keep(
            Handle handle,
            Journal.Recorder evidence,
            AccessRequest request,
            Session session,
            SigningMethod method,
            Nonce nonce,
            Assertion assertion,
            Instant now) {
        var hash = hash(request);
        var approval = new Approval(
                ids.next("ap_"),
                request.id(),
                hash,
                session.person(),
                session.id().value(),
                session.groups(),
                method,
                nonce.value(),
                assertion,
                nonce.shown(),
                null,
                request.createdAt(),
                now);
        if (!ApprovalStore.insert(handle, approval, request.enforcementPoint())) {
            return false;
        }
        templates.keep(handle, request.type(), nonce.shown(), now);
        evidence.record(
                Entry.of("approval.signed", approval.id())
                        .with("request", request.id())
                        .with("transaction_hash", hash.hex())
                        .with("person", session.person().id())
                        .with("session", session.id().value())
                        .with("method", approval.method().word())
                        .with("display", approval.shown().display())
                        .with("locale", approval.shown().locale())
                        .with("nonce", approval.nonce())
                        .with("assertion_sha256", Consent.digest(assertion)),
                index -> ApprovalStore.signedIndex(handle, approval.id(), index));
        changes.tell(handle, evidence, Kind.SIGNED, request.id(), session.person(), approval.id(), now);
        return true;
    }

    /** Takes back a signature that is not spent. Throws Problem 409 when there is none. */
    void withdraw(AccessRequest request, Session session) {
        var now = clock.instant();
        journal.commit((handle, evidence) -> {
            var id = ApprovalStore.withdraw(handle, request.id(), session.person(), now)
                    .orElseThrow(
                            () -> Problem.conflict("nothing-to-withdraw", "You have no signature that is unspent"));
            evidence.record(Entry.of("approval.withdrawn", id)
                    .with("request", request.id())
                    .with("transaction_hash", request.hash().hex())
                    .with("person", session.person().id()));
            changes.tell(handle, evidence, Kind.WITHDRAWN, request.id(), session.person(), id, now);
            return id;
        });
    }

    /** True when {@code session}'s person can add something by signing now. */
    boolean maySign(AccessRequest request, Session session, Instant now) {
        return request.state() == State.OPEN
                && now.isBefore(request.expiresAt())
                && request.maySign(session.person(), session.groups(), groups, now)
                && of(request).stream()
                        .noneMatch(approval -> groups.one(approval.person()).equals(groups.one(session.person())));
    }

    void requireMaySign(AccessRequest request, Session session, Instant now) {
        if (!session.isLive(now)) {
            throw Problem.forbidden("Your session is suspended; step up first");
        }
        if (!request.maySign(session.person(), session.groups(), groups, now)) {
            // The page offers this to nobody whose signature does not count: whoever asks has gone around it.
            var own = request.isRequester(session.person(), groups);
            alarm.signal(
                    session.id(), own ? "self_approval" : "foreign_approval", "Tried to sign request " + request.id());
            throw Problem.forbidden("Your signature does not count for this transaction");
        }
        if (!maySign(request, session, now)) {
            throw Problem.conflict("not-signable", "You have signed this already, or the request is over");
        }
    }

    /** From the stored bytes, each time: what is shown is what is signed. */
    static TransactionHash hash(AccessRequest request) {
        var hash = CanonicalForm.hash(request.canonical());
        if (!hash.equals(request.hash())) {
            throw new IllegalStateException("The stored bytes of " + request.id() + " do not fit their hash");
        }
        return hash;
    }

    /**
     * What is handed to an authenticator.
     *
     * @param nonce base64url; not secret, the challenge in the options is {@link Challenge#of} it
     * @param options {@code PublicKeyCredentialRequestOptionsJSON}
     */
    record Asked(String nonce, JsonNode options) {}

    static Problem stale() {
        return Problem.conflict("stale-challenge", "The page waited too long; try again");
    }
}
