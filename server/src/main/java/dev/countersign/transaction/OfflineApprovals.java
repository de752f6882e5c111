package dev.countersign.transaction;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.offline.OfflineChallenges;
import dev.countersign.offline.OfflineKey;
import dev.countersign.offline.OfflineKeys;
import dev.countersign.offline.OfflineText;
import dev.countersign.offline.WrongCodes;
import dev.countersign.session.Session;
import dev.countersign.webauthn.Authenticators.Assertion;
import java.net.URI;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Approvals by a device without network: it is shown the transaction, and answers with a code that is typed back. */
final class OfflineApprovals {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final URI issuer;
    private final Approvals approvals;
    private final OfflineKeys keys;
    private final Journal journal;
    private final SessionAlarm alarm;
    private final RandomIds ids;
    private final InstantSource clock;

    OfflineApprovals(
            URI issuer,
            Approvals approvals,
            OfflineKeys keys,
            Journal journal,
            SessionAlarm alarm,
            RandomIds ids,
            InstantSource clock) {
        this.issuer = issuer;
        this.approvals = approvals;
        this.keys = keys;
        this.journal = journal;
        this.alarm = alarm;
        this.ids = ids;
        this.clock = clock;
    }

    /** The person's keys whose method counts for one of the request's needs, or for the requester's own signature. */
    List<OfflineKey> usable(AccessRequest request, Session session) {
        return keys.of(session.person()).stream()
                .filter(key -> key.isUsable() && counts(request, key))
                .toList();
    }

    static boolean counts(AccessRequest request, OfflineKey key) {
        return request.needs().stream().anyMatch(need -> need.methods().contains(key.method()));
    }

    /** What the device is shown, as text for QR codes; the same until it is answered or the request is over. */
    List<String> ask(AccessRequest request, Session session, String keyId) {
        var now = clock.instant();
        approvals.requireMaySign(request, session, now);
        var key = key(request, session, keyId);
        var fresh = BASE64URL.encodeToString(ids.bytes(Challenge.NONCE_BYTES));
        var nonce = journal.commit((handle, evidence) -> {
            if (OfflineChallenges.insert(handle, request.id(), key, fresh, request.expiresAt())) {
                Prompts.challenged(handle, request, session.person(), now);
                evidence.record(prompted(request, session, key));
            }
            return OfflineChallenges.nonce(handle, request.id(), key)
                    .orElseThrow(() ->
                            Problem.conflict("no-challenge", "Too many wrong codes of this key for this request"));
        });
        var told = told(request, nonce)
                .put("kind", "approve")
                .put("issuer", issuer.toString())
                .put("key", key.id())
                .put("method", key.method().word());
        try {
            return OfflineText.write(told);
        } catch (IllegalArgumentException e) {
            throw Problem.conflict("too-large", "This transaction is too large for codes; sign it here");
        }
    }

    static Entry prompted(AccessRequest request, Session session, OfflineKey key) {
        return Entry.of("approval.prompted", request.id())
                .with("person", session.person().id())
                .with("session", session.id().value())
                .with("offline_key", key.id());
    }

    /** What a device needs to show one request and to answer it. */
    static ObjectNode told(AccessRequest request, String nonce) {
        var told = Json.MAPPER
                .createObjectNode()
                .put("request", request.id())
                .put("nonce", nonce)
                .put("canonical", BASE64URL.encodeToString(request.canonical()))
                .put("expires", request.expiresAt().toString());
        return request.lines() == null ? told : told.put("lines", BASE64URL.encodeToString(request.lines()));
    }

    /** Keeps the consent when {@code code} answers. Throws Problem 403 when it does not, 409 when there is nothing to answer. */
    void answer(AccessRequest request, Session session, String keyId, String code) {
        var now = clock.instant();
        approvals.requireMaySign(request, session, now);
        var key = key(request, session, keyId);
        OfflineKeys.requireReadable(key, code);
        var attempt = ids.next("wc_");
        var nonce = journal.<Optional<String>>commit((handle, evidence) -> {
                    var asked = OfflineChallenges.attempt(handle, request.id(), key);
                    if (asked.isPresent()) {
                        WrongCodes.begin(handle, session.person(), attempt, now);
                    }
                    return asked;
                })
                .orElseThrow(
                        () -> Problem.conflict("no-challenge", "There is nothing to answer, or too many wrong codes"));
        var hash = Approvals.hash(request);
        var signature = keys.answer(key, Challenge.of(Base64.getUrlDecoder().decode(nonce), hash), code);
        if (signature.isEmpty()) {
            alarm.signal(session.id(), "offline_code_refused", "A wrong code for request " + request.id());
            throw new Problem(403, "offline-code-refused", "The code does not answer this challenge");
        }
        approvals.keep(
                request,
                session,
                key.method(),
                new Nonce(nonce, Shown.PLAIN),
                assertion(key, signature.get()),
                now,
                handle -> {
                    WrongCodes.forgive(handle, attempt);
                    return OfflineChallenges.take(handle, request.id(), key, nonce);
                });
    }

    static Assertion assertion(OfflineKey key, String signature) {
        return new Assertion(key.id(), OfflineKeys.publicKey(key), "", "", signature);
    }

    private OfflineKey key(AccessRequest request, Session session, String id) {
        return keys.usable(session.person(), id)
                .filter(key -> counts(request, key))
                .orElseThrow(() -> Problem.notFound("You have no such key, or its codes do not count here"));
    }
}
