package dev.countersign.transaction;

import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.offline.OfflineChallenges;
import dev.countersign.offline.OfflineFileStore.Item;
import dev.countersign.offline.OfflineKey;
import dev.countersign.offline.OfflineKeys;
import dev.countersign.offline.WrongCodes;
import dev.countersign.session.Session;
import dev.countersign.transaction.OfflineAnswer.Said;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Each answer of a file for itself: a consent to exactly one request, or the reason why it is none. */
final class OfflineConsents {
    private final OfflineKeys keys;
    private final Approvals approvals;
    private final VisibleRequests visible;
    private final RandomIds ids;

    OfflineConsents(OfflineKeys keys, Approvals approvals, VisibleRequests visible, RandomIds ids) {
        this.keys = keys;
        this.approvals = approvals;
        this.visible = visible;
        this.ids = ids;
    }

    /** Looks at one answer: what it would be if nothing came between. */
    Looked look(Session session, OfflineKey key, Item item, @Nullable String code, Instant now) {
        if (code == null) {
            return new Looked(item, null, "", Said.DECLINED);
        }
        var request = visible.find(item.request(), session);
        if (request.isEmpty() || !OfflineApprovals.counts(request.get(), key)) {
            return new Looked(item, null, "", Said.DOES_NOT_COUNT);
        }
        if (!approvals.maySign(request.get(), session, now)) {
            return new Looked(item, null, "", Said.OVER);
        }
        var challenge = Challenge.of(Base64.getUrlDecoder().decode(item.nonce()), Approvals.hash(request.get()));
        return signature(key, challenge, code)
                .map(signature -> new Looked(item, request.get(), signature, Said.SIGNED))
                .orElseGet(() -> new Looked(item, null, "", Said.WRONG));
    }

    private Optional<String> signature(OfflineKey key, byte[] challenge, String code) {
        try {
            return keys.answer(key, challenge, code);
        } catch (Problem e) {
            return Optional.empty(); // no code at all
        }
    }

    /** Takes it, or refuses it, within a change. */
    OfflineAnswer take(
            Handle handle, Journal.Recorder evidence, Session session, OfflineKey key, Looked looked, Instant now) {
        var item = looked.item();
        var request = looked.request();
        if (request == null) {
            if (looked.said() == Said.WRONG) {
                OfflineChallenges.attempt(handle, item.request(), key);
                WrongCodes.add(handle, session.person(), ids.next("wc_"), now);
            }
            return new OfflineAnswer(item.request(), looked.said());
        }
        var asked = OfflineChallenges.nonce(handle, item.request(), key);
        if (!asked.equals(Optional.of(item.nonce()))
                || !OfflineChallenges.take(handle, item.request(), key, item.nonce())) {
            return new OfflineAnswer(item.request(), Said.ANSWERED_BEFORE);
        }
        var assertion = OfflineApprovals.assertion(key, looked.signature());
        var nonce = new Nonce(item.nonce(), Shown.PLAIN);
        var isKept = approvals.keep(handle, evidence, request, session, key.method(), nonce, assertion, now);
        return new OfflineAnswer(item.request(), isKept ? Said.SIGNED : Said.OVER);
    }

    /**
     * An answer before it is taken.
     *
     * @param request what is consented to, with this {@code signature} (base64url), or null
     */
    record Looked(Item item, @Nullable AccessRequest request, String signature, Said said) {}
}
