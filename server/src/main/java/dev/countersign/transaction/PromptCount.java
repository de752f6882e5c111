package dev.countersign.transaction;

import dev.countersign.transaction.PromptFigures.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what one person or group was asked. */
final class PromptCount {
    private final String who;
    private final List<Duration> answers = new ArrayList<>();
    private int received;
    private int denied;
    private int notGenuine;
    private int expired;

    PromptCount(String who) {
        this.who = who;
    }

    /** @param answer how long it took, or null when there was none */
    void count(Prompted prompted, boolean ended, @Nullable Duration answer) {
        received++;
        if (answer == null) {
            expired += prompted.isExpired() ? 1 : 0;
            return;
        }
        answers.add(answer.isNegative() ? Duration.ZERO : answer);
        if (ended) {
            denied += prompted.disowned() ? 0 : 1;
            notGenuine += prompted.disowned() ? 1 : 0;
        }
    }

    Figures figures() {
        Collections.sort(answers);
        return new Figures(who, received, answers.size(), denied, notGenuine, expired, median());
    }

    private @Nullable Duration median() {
        if (answers.isEmpty()) {
            return null;
        }
        var middle = answers.size() / 2;
        return answers.size() % 2 == 1
                ? answers.get(middle)
                : answers.get(middle - 1).plus(answers.get(middle)).dividedBy(2);
    }
}
