package dev.countersign.transaction;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.offline.OfflineChallenges;
import dev.countersign.offline.OfflineFileStore;
import dev.countersign.offline.OfflineFileStore.Issued;
import dev.countersign.offline.OfflineFileStore.Item;
import dev.countersign.offline.OfflineFileStore.Numbers;
import dev.countersign.offline.OfflineKey;
import dev.countersign.offline.OfflineKeys;
import dev.countersign.offline.RequestFile;
import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Session;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** Files of many requests for a device without network, numbered for each key so that none is left out unseen. */
final class OfflineFiles {
    /** Longest that a file may be answered. */
    static final Duration LIFETIME = Duration.ofDays(30);

    private final URI issuer;
    private final Journal journal;
    private final KeyRing keyRing;
    private final OfflineKeys keys;
    private final Approvals approvals;
    private final VisibleRequests visible;
    private final RandomIds ids;
    private final InstantSource clock;

    OfflineFiles(
            URI issuer,
            Journal journal,
            KeyRing keyRing,
            OfflineKeys keys,
            Approvals approvals,
            VisibleRequests visible,
            RandomIds ids,
            InstantSource clock) {
        this.issuer = issuer;
        this.journal = journal;
        this.keyRing = keyRing;
        this.keys = keys;
        this.approvals = approvals;
        this.visible = visible;
        this.ids = ids;
        this.clock = clock;
    }

    /** The person's keys that files are for: whoever answers a file signs it too. */
    List<OfflineKey> keys(Session session) {
        return keys.of(session.person()).stream()
                .filter(key -> key.isUsable() && key.method() == SigningMethod.ED25519)
                .toList();
    }

    /** The next file of the key. Throws Problem 400 for too many or no requests, 404 and 409 as for a single one. */
    RequestFile.Written write(Session session, String keyId, List<String> requestIds) {
        var now = clock.instant();
        if (requestIds.isEmpty() || requestIds.size() > RequestFile.MAX_REQUESTS) {
            throw Problem.invalid("", "Choose 1 to " + RequestFile.MAX_REQUESTS + " requests");
        }
        var key = keys(session).stream()
                .filter(each -> each.id().equals(keyId))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("You have no such key, or there are no files for it"));
        var requests =
                requestIds.stream().map(id -> request(id, session, key, now)).toList();
        return journal.commit((handle, evidence) -> {
            var items = asked(handle, evidence, requests, session, key, now);
            var last = OfflineFileStore.numbers(handle, key.id())
                    .orElseThrow(() -> Problem.notFound("You have no such key"));
            var until = until(requests, now);
            var file = written(head(key, last, now, until), requests, items);
            if (!OfflineFileStore.insert(handle, key.id(), last, new Issued(file.sha256(), items, until))) {
                throw Problem.conflict("other-file", "Another file of this key was made just now; try again");
            }
            evidence.record(Entry.of("offline_file.issued", key.id())
                    .with("person", session.person().id())
                    .with("session", session.id().value())
                    .with("sequence", file.sequence())
                    .with("file_sha256", file.sha256())
                    .with("requests", requestIds));
            return file;
        });
    }

    private AccessRequest request(String id, Session session, OfflineKey key, Instant now) {
        var request = visible.require(id, session);
        approvals.requireMaySign(request, session, now);
        if (!OfflineApprovals.counts(request, key)) {
            throw Problem.conflict("method", "Codes of this key do not count for request " + id);
        }
        return request;
    }

    /** The challenge of each request, made now or before. All that are new are one prompt: the person takes them away at once. */
    private List<Item> asked(
            Handle handle,
            Journal.Recorder evidence,
            List<AccessRequest> requests,
            Session session,
            OfflineKey key,
            Instant now) {
        var items = new ArrayList<Item>();
        var isPrompted = false;
        for (var request : requests) {
            var fresh = Base64.getUrlEncoder().withoutPadding().encodeToString(ids.bytes(Challenge.NONCE_BYTES));
            if (OfflineChallenges.insert(handle, request.id(), key, fresh, request.expiresAt())) {
                if (!isPrompted) {
                    Prompts.challenged(handle, request, session.person(), now);
                    isPrompted = true;
                }
                evidence.record(OfflineApprovals.prompted(request, session, key));
            }
            var nonce = OfflineChallenges.nonce(handle, request.id(), key)
                    .orElseThrow(() -> Problem.conflict(
                            "no-challenge", "Too many wrong codes of this key for request " + request.id()));
            items.add(new Item(request.id(), nonce));
        }
        return items;
    }

    private RequestFile.Head head(OfflineKey key, Numbers last, Instant now, Instant until) {
        return new RequestFile.Head(
                issuer.toString(),
                key.person().id(),
                key.id(),
                key.material(),
                last.issued() + 1,
                Objects.requireNonNullElse(last.lastFile(), ""),
                now,
                until);
    }

    private RequestFile.Written written(RequestFile.Head head, List<AccessRequest> requests, List<Item> items) {
        var told = new ArrayList<JsonNode>();
        for (var i = 0; i < requests.size(); i++) {
            told.add(OfflineApprovals.told(requests.get(i), items.get(i).nonce()));
        }
        try {
            return RequestFile.write(head, told, keyRing.receiptKey());
        } catch (IllegalArgumentException e) {
            throw Problem.conflict("too-large", e.getMessage() + "; choose fewer requests");
        }
    }

    /** When the last of the requests is over, at most {@link #LIFETIME} from now. */
    private static Instant until(List<AccessRequest> requests, Instant now) {
        var last = requests.stream()
                .map(AccessRequest::expiresAt)
                .max(Instant::compareTo)
                .orElseThrow();
        var latest = now.plus(LIFETIME);
        return last.isBefore(latest) ? last : latest;
    }
}
