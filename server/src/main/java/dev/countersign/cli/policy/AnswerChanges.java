package dev.countersign.cli.policy;

import dev.countersign.policy.Answer;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.RequestJson;
import dev.countersign.policy.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Puts requests to two policy sets and keeps those whose answers differ. */
final class AnswerChanges {
    /** Most that are told one by one; all are counted. */
    static final int MAX_TOLD = 100;

    private final PolicySet before;
    private final PolicySet after;
    private final List<Changed> told = new ArrayList<>();
    private long asked;
    private long changed;

    AnswerChanges(PolicySet before, PolicySet after) {
        this.before = before;
        this.after = after;
    }

    /** @param name what people call the request; may be empty */
    record Changed(String place, String name, RequestJson asked, Answer before, Answer after) {}

    void ask(String place, String name, RequestJson request, Predicate<Requirement> satisfied) {
        var was = answer(before, request, satisfied);
        var is = answer(after, request, satisfied);
        asked++;
        if (!alike(was, is)) {
            changed++;
            if (told.size() < MAX_TOLD) {
                told.add(new Changed(place, name, request, was, is));
            }
        }
    }

    private static Answer answer(PolicySet set, RequestJson request, Predicate<Requirement> satisfied) {
        return set.evaluate(request.request(), set.entities().with(request.entities()))
                .answer(satisfied);
    }

    /** What an enforcement point is told: another policy that permits the same is no change for it. */
    private static boolean alike(Answer before, Answer after) {
        if (before instanceof Answer.Open was && after instanceof Answer.Open is) {
            return was.requirements().equals(is.requirements());
        }
        return before.code().equals(after.code());
    }

    long asked() {
        return asked;
    }

    long changed() {
        return changed;
    }

    List<Changed> told() {
        return told;
    }
}
