package dev.countersign.transaction;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.offline.AnswerFile;
import dev.countersign.offline.OfflineFileStore;
import dev.countersign.offline.OfflineFileStore.Item;
import dev.countersign.offline.OfflineKey;
import dev.countersign.offline.OfflineKeys;
import dev.countersign.offline.WrongCodes;
import dev.countersign.policy.SigningMethod;
import dev.countersign.session.Session;
import dev.countersign.store.Database;
import dev.countersign.transaction.OfflineAnswer.Said;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Takes what a device answered to a file: first the whole of it is checked, then each answer is consent or refused for itself. All of
 * it is one change, so that nothing of a file is taken twice and nothing is lost.
 */
final class OfflineAnswers {
    private final Database database;
    private final Journal journal;
    private final OfflineKeys keys;
    private final OfflineConsents consents;
    private final SessionAlarm alarm;
    private final RandomIds ids;
    private final InstantSource clock;

    OfflineAnswers(
            Database database,
            Journal journal,
            OfflineKeys keys,
            OfflineConsents consents,
            SessionAlarm alarm,
            RandomIds ids,
            InstantSource clock) {
        this.database = database;
        this.journal = journal;
        this.keys = keys;
        this.consents = consents;
        this.alarm = alarm;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * What came of each answer. Throws Problem 400 for what cannot be read, 403 for what the key did not sign, 404 for a key of
     * somebody else, 409 for another file, one out of its order, or one that was taken already.
     *
     * @param skipTo the number of the file that may follow although those before it were not answered; 0: none
     */
    List<OfflineAnswer> take(Session session, String text, long skipTo) {
        var now = clock.instant();
        if (!session.isLive(now)) {
            throw Problem.forbidden("Your session is suspended; step up first");
        }
        var file = read(text);
        var key = keys.usable(session.person(), file.key())
                .filter(each -> each.method() == SigningMethod.ED25519)
                .orElseThrow(() -> Problem.notFound("You have no such key"));
        requireSignedBy(key, file, session, now);
        var items = items(key, file, now);
        var last = database.read(handle -> OfflineFileStore.numbers(handle, key.id()))
                .orElseThrow(() -> Problem.notFound("You have no such key"))
                .answered();
        requireOrder(file.sequence(), last, skipTo);
        var looked = new ArrayList<OfflineConsents.Looked>();
        for (var i = 0; i < items.size(); i++) {
            looked.add(consents.look(
                    session, key, items.get(i), file.answers().get(i).code(), now));
        }
        var answers = journal.<List<OfflineAnswer>>commit((handle, evidence) -> {
            if (!OfflineFileStore.answered(handle, key.id(), last, file.sequence())) {
                throw Problem.conflict("file-answered", "The answers to this file were taken just now");
            }
            var taken = looked.stream()
                    .map(each -> consents.take(handle, evidence, session, key, each, now))
                    .toList();
            evidence.record(entry(session, key, file, last, taken));
            return taken;
        });
        answers.stream()
                .filter(answer -> answer.said() == Said.WRONG)
                .forEach(answer -> alarm.signal(
                        session.id(), "offline_code_refused", "A wrong code for request " + answer.request()));
        return answers;
    }

    private static AnswerFile read(String text) {
        try {
            return AnswerFile.read(text);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/answers", String.valueOf(e.getMessage()));
        }
    }

    private void requireSignedBy(OfflineKey key, AnswerFile file, Session session, Instant now) {
        database.read(handle -> {
            WrongCodes.requireFew(handle, session.person(), now);
            return key;
        });
        if (!file.isSignedBy(Base64.getUrlDecoder().decode(key.material()))) {
            journal.commit((handle, evidence) -> {
                WrongCodes.begin(handle, session.person(), ids.next("wc_"), now);
                return key;
            });
            alarm.signal(session.id(), "offline_code_refused", "Answers that key " + key.id() + " did not sign");
            throw new Problem(403, "offline-code-refused", "The device did not sign these answers");
        }
    }

    /** What the file asked; the answers are to exactly that, in its order. */
    private List<Item> items(OfflineKey key, AnswerFile file, Instant now) {
        var issued = database.read(handle -> OfflineFileStore.find(handle, key.id(), file.sequence()))
                .filter(each -> each.sha256().equals(file.file()))
                .orElseThrow(() -> Problem.conflict(
                        "other-file", "These are answers to a file that we did not make, or whose time is long over"));
        if (!now.isBefore(issued.expiresAt())) {
            throw Problem.conflict("file-expired", "File " + file.sequence() + " was good until " + issued.expiresAt());
        }
        var asked = issued.items().stream().map(Item::request).toList();
        if (!file.answers().stream().map(AnswerFile.Answer::request).toList().equals(asked)) {
            throw Problem.conflict("other-file", "These are not the answers to the requests of the file, in its order");
        }
        return issued.items();
    }

    private static void requireOrder(long sequence, long last, long skipTo) {
        if (sequence <= last) {
            throw Problem.conflict(
                    "file-answered",
                    "The answers to file " + last + " were taken already; expected those to a later one, not to "
                            + sequence);
        }
        if (sequence > last + 1 && skipTo != sequence) {
            throw Problem.conflict(
                    "file-left-out",
                    "Expected the answers to file " + (last + 1) + ", these are to " + sequence
                            + ". Say that you skip to " + sequence + " if those before it will not be answered");
        }
    }

    private static Entry entry(
            Session session, OfflineKey key, AnswerFile file, long last, List<OfflineAnswer> answers) {
        return Entry.of("offline_file.answered", key.id())
                .with("person", session.person().id())
                .with("session", session.id().value())
                .with("sequence", file.sequence())
                .with("skipped", file.sequence() - last - 1)
                .with("file_sha256", file.file())
                .with("answers", answers.stream().map(OfflineAnswer::written).toList());
    }
}
