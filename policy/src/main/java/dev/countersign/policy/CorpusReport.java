package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of running a corpus.
 *
 * @param agree requests whose decision, determining policies and policies in error are all as expected
 * @param disagree the first {@value #MAX_SHOWN} differences
 */
public record CorpusReport(int cases, int requests, int agree, List<Disagreement> disagree) {
    /** Most differences that are kept. */
    public static final int MAX_SHOWN = 20;

    static final CorpusReport NOTHING = new CorpusReport(0, 0, 0, List.of());

    public CorpusReport {
        disagree = List.copyOf(disagree);
    }

    /** Of one case that ran. */
    static CorpusReport of(int requests, List<Disagreement> disagree) {
        var differing = disagree.stream()
                .mapToInt(Disagreement::request)
                .filter(request -> request >= 0)
                .distinct()
                .count();
        return new CorpusReport(1, requests, requests - (int) differing, first(disagree));
    }

    /** Of one case that could not be run. */
    static CorpusReport unreadable(String testCase, int requests, String reason) {
        return new CorpusReport(
                1, requests, 0, List.of(new Disagreement(testCase, -1, "a case that can be run", reason)));
    }

    CorpusReport plus(CorpusReport other) {
        var both = new ArrayList<>(disagree);
        both.addAll(other.disagree);
        return new CorpusReport(cases + other.cases, requests + other.requests, agree + other.agree, first(both));
    }

    private static List<Disagreement> first(List<Disagreement> all) {
        return all.subList(0, Math.min(MAX_SHOWN, all.size()));
    }
}
