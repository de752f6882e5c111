package dev.countersign.transaction;

import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.key.Sha256;
import dev.countersign.store.Database;
import dev.countersign.transaction.SubmissionReader.Item;
import dev.countersign.transaction.SubmissionStore.Submitted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Takes submissions: whole or not at all, and once under one {@code Idempotency-Key}. */
final class Submissions {
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final Database database;
    private final Journal journal;
    private final SubmissionReader reader;
    private final AccessRequests requests;
    private final TaskCallbacks callbacks;
    private final SessionAlarm alarm;
    private final RandomIds ids;
    private final InstantSource clock;

    Submissions(
            Database database,
            Journal journal,
            SubmissionReader reader,
            AccessRequests requests,
            TaskCallbacks callbacks,
            SessionAlarm alarm,
            RandomIds ids,
            InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.reader = reader;
        this.requests = requests;
        this.callbacks = callbacks;
        this.alarm = alarm;
        this.ids = ids;
        this.clock = clock;
    }

    /** The id of the task. Throws Problem 409 when {@code key} was used for something else. */
    String submit(EnforcementPoint point, Fields body, @Nullable String key) {
        if (key != null && !KEY.matcher(key).matches()) {
            throw new Problem(400, "invalid-request", "Idempotency-Key: 1 to 255 visible characters");
        }
        var now = clock.instant();
        var bodyHash = Sha256.hex(CanonicalForm.of(body.node()));
        if (key != null) {
            var known = database.read(handle -> SubmissionStore.find(handle, point.id(), key, now));
            if (known.isPresent()) {
                return same(known.get(), bodyHash);
            }
        }
        var items = reader.read(point, body, now);
        var wanted = body.optionalObject("callback");
        var callback = wanted == null ? null : callbacks.read(point, wanted);
        try {
            return journal.commit((handle, evidence) -> {
                var task = open(handle, evidence, point, items, SubmissionReader.isBulk(body), now);
                if (callback != null) {
                    callbacks.register(handle, point, task, callback, now);
                }
                return key == null ? task : remember(handle, point, key, new Submitted(bodyHash, task), items, now);
            });
        } catch (Problem e) {
            if (e.type().equals(Prompts.TOO_MANY)) {
                items.stream()
                        .map(item -> item.denial().session())
                        .distinct()
                        .forEach(session -> alarm.signal(session, "prompts_capped", e.detail()));
            }
            throw e;
        }
    }

    private String open(
            Handle handle,
            Journal.Recorder evidence,
            EnforcementPoint point,
            List<Item> items,
            boolean bulk,
            Instant now) {
        var opened = items.stream()
                .map(item -> new BulkItem(
                        requests.open(handle, evidence, item.transaction(), item.denial(), now), item.asked()))
                .toList();
        if (!bulk) {
            return opened.getFirst().request().id();
        }
        var id = ids.next("rb_");
        BulkStore.insert(handle, id, point.id(), opened, now);
        return id;
    }

    /** Of two at once under one key the second gets what the first made. */
    private static String remember(
            Handle handle, EnforcementPoint point, String key, Submitted what, List<Item> items, Instant now) {
        var waits = items.stream()
                .map(item -> AccessRequests.waits(item.denial()))
                .max(Duration::compareTo)
                .orElseThrow();
        return SubmissionStore.insert(
                        handle, point.id(), key, what, now.plus(waits).plus(AccessRequestTasks.KEPT), now)
                ? what.task()
                : same(SubmissionStore.find(handle, point.id(), key, now).orElseThrow(), what.bodyHash());
    }

    private static String same(Submitted known, String bodyHash) {
        if (!known.bodyHash().equals(bodyHash)) {
            throw BindingTokens.profile(
                    409, "duplicate_request", "The Idempotency-Key was used for another submission");
        }
        return known.task();
    }
}
