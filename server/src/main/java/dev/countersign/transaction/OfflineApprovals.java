package dev.countersign.transaction;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.offline.OfflineKey;
import dev.countersign.offline.OfflineKeys;
import dev.countersign.offline.OfflineText;
import dev.countersign.session.Session;
import dev.countersign.webauthn.Authenticators.Assertion;
import java.net.URI;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Approvals by a device without network: it is shown the transaction, and answers with a code that is typed back. */
final class OfflineApprovals {
    /** Wrong codes for one challenge; then that key cannot answer this request any more. */
    static final int MAX_ATTEMPTS = 5;

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

    private static boolean counts(AccessRequest request, OfflineKey key) {
        return request.needs().stream().anyMatch(need -> need.methods().contains(key.method()));
    }

    /** What the device is shown, as text for QR codes; the same until it is answered or the request is over. */
    List<String> ask(AccessRequest request, Session session, String keyId) {
        var now = clock.instant();
        approvals.requireMaySign(request, session, now);
        var key = key(request, session, keyId);
        var fresh = BASE64URL.encodeToString(ids.bytes(Challenge.NONCE_BYTES));
        var nonce = journal.commit((handle, evidence) -> {
            if (insert(handle, request, key, fresh)) {
                Prompts.challenged(handle, request, session.person(), now);
                evidence.record(Entry.of("approval.prompted", request.id())
                        .with("person", session.person().id())
                        .with("session", session.id().value())
                        .with("offline_key", key.id()));
            }
            return nonce(handle, request, key);
        });
        var told = Json.MAPPER
                .createObjectNode()
                .put("kind", "approve")
                .put("issuer", issuer.toString())
                .put("request", request.id())
                .put("key", key.id())
                .put("method", key.method().word())
                .put("nonce", nonce)
                .put("canonical", BASE64URL.encodeToString(request.canonical()))
                .put("expires", request.expiresAt().toString());
        if (request.lines() != null) {
            told.put("lines", BASE64URL.encodeToString(request.lines()));
        }
        try {
            return OfflineText.write(told);
        } catch (IllegalArgumentException e) {
            throw Problem.conflict("too-large", "This transaction is too large for codes; sign it here");
        }
    }

    /** Keeps the consent when {@code code} answers. Throws Problem 403 when it does not, 409 when there is nothing to answer. */
    void answer(AccessRequest request, Session session, String keyId, String code) {
        var now = clock.instant();
        approvals.requireMaySign(request, session, now);
        var key = key(request, session, keyId);
        OfflineKeys.requireReadable(key, code);
        var nonce = journal.<Optional<String>>commit((handle, evidence) -> attempt(handle, request, key))
                .orElseThrow(
                        () -> Problem.conflict("no-challenge", "There is nothing to answer, or too many wrong codes"));
        var hash = Approvals.hash(request);
        var signature = keys.answer(key, Challenge.of(Base64.getUrlDecoder().decode(nonce), hash), code);
        if (signature.isEmpty()) {
            alarm.signal(session.id(), "offline_code_refused", "A wrong code for request " + request.id());
            throw new Problem(403, "offline-code-refused", "The code does not answer this challenge");
        }
        var assertion = new Assertion(key.id(), OfflineKeys.publicKey(key), "", "", signature.get());
        approvals.keep(
                request,
                session,
                key.method(),
                new Nonce(nonce, Shown.PLAIN),
                assertion,
                now,
                handle -> take(handle, request, key, nonce));
    }

    private OfflineKey key(AccessRequest request, Session session, String id) {
        return keys.usable(session.person(), id)
                .filter(key -> counts(request, key))
                .orElseThrow(() -> Problem.notFound("You have no such key, or its codes do not count here"));
    }

    private static boolean insert(Handle database, AccessRequest request, OfflineKey key, String nonce) {
        return database.createUpdate("""
                        insert into offline_challenge (request, person, key_id, nonce, attempts, expires_at)
                        values (:request, :person, :key, :nonce, 0, :expires)
                        on conflict (request, person, key_id) do nothing""")
                        .bind("request", request.id())
                        .bind("person", key.person().id())
                        .bind("key", key.id())
                        .bind("nonce", nonce)
                        .bind("expires", request.expiresAt().toEpochMilli())
                        .execute()
                == 1;
    }

    private static String nonce(Handle database, AccessRequest request, OfflineKey key) {
        return database.createQuery("""
                        select nonce from offline_challenge
                        where request = :request and person = :person and key_id = :key and attempts < :most""")
                .bind("request", request.id())
                .bind("person", key.person().id())
                .bind("key", key.id())
                .bind("most", MAX_ATTEMPTS)
                .mapTo(String.class)
                .findOne()
                .orElseThrow(
                        () -> Problem.conflict("no-challenge", "Too many wrong codes of this key for this request"));
    }

    private static Optional<String> attempt(Handle database, AccessRequest request, OfflineKey key) {
        return database.createQuery("""
                        update offline_challenge set attempts = attempts + 1
                        where request = :request and person = :person and key_id = :key and attempts < :most
                        returning nonce""")
                .bind("request", request.id())
                .bind("person", key.person().id())
                .bind("key", key.id())
                .bind("most", MAX_ATTEMPTS)
                .mapTo(String.class)
                .findOne();
    }

    /** True once. */
    private static boolean take(Handle database, AccessRequest request, OfflineKey key, String nonce) {
        return database.createUpdate("""
                        delete from offline_challenge
                        where request = :request and person = :person and key_id = :key and nonce = :nonce
                            and exists (select 1 from offline_key where id = :key and revoked_at is null)""")
                        .bind("request", request.id())
                        .bind("person", key.person().id())
                        .bind("key", key.id())
                        .bind("nonce", nonce)
                        .execute()
                == 1;
    }
}
