package dev.countersign.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.Answer;
import dev.countersign.policy.PolicySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tests of the packs that ship, each pack alone, all of them as one folder, and in plain Cedar. */
final class PackTestsTest {
    private static final Path PACKS = Path.of("..", "policies");

    static List<Path> packs() throws IOException {
        try (var folders = Files.list(PACKS)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("packs")
    void aPackPassesItsTestsAndEveryPolicyAppliesInSome(Path pack) throws Exception {
        var run = PolicyTestRun.of(PolicySet.load(pack), PolicyCases.in(pack));
        assertThat(run.failed()).isEmpty();
        assertThat(run.untouched()).isEmpty();
        assertThat(run.cases()).isGreaterThan(20);
    }

    /** No pack loosens or tightens another: the same answers by the same policies. */
    @Test
    void everyPackAnswersTheSameBesideTheOthers() throws Exception {
        var all = PolicySet.load(PACKS);
        for (var pack : packs()) {
            var alone = PolicySet.load(pack);
            for (var test : PolicyCases.in(pack)) {
                assertThat(answer(all, test)).as(pack + " " + test.name()).isEqualTo(answer(alone, test));
            }
        }
    }

    private static String answer(PolicySet set, PolicyCase test) {
        var answer = set.evaluate(
                        test.asked().request(), set.entities().with(test.asked().entities()))
                .answer(test.satisfied());
        return answer.decision() + " " + PolicyCase.Expected.policies(answer) + " "
                + PolicyCase.Expected.requirements(answer);
    }

    /** Whoever takes the files to another Cedar engine loses requirements that can be met, never a refusal. */
    @ParameterizedTest
    @MethodSource("packs")
    void inPlainCedarEveryForbidStays(Path pack) throws Exception {
        var set = PolicySet.load(pack);
        var cedar = new PlainCedar(pack);
        var allowed = 0;
        for (var test : PolicyCases.in(pack)) {
            var ours = set.evaluate(
                    test.asked().request(), set.entities().with(test.asked().entities()));
            var plain = cedar.decide(test.asked());
            if (plain.isPresent()) {
                assertThat(plain.get())
                        .as(test.name())
                        .isEqualTo(new PlainCedar.Outcome(
                                ours.isAllowed(),
                                PlainCedar.ids(ours.determining().stream()),
                                PlainCedar.ids(ours.errors().stream().map(error -> error.policy()))));
            }
            if (plain.isPresent() && plain.get().allowed()) {
                assertThat(ours.answer(test.satisfied())).as(test.name()).isInstanceOf(Answer.Permit.class);
                allowed++;
            }
        }
        // What needs a bound session is forbidden by a plain engine, always: only the console and the looks at
        // sessions,
        // unknown outcomes and how approvers fare are left.
        assertThat(allowed).isLessThanOrEqualTo(5);
    }

    /** The tests' requests are ones that the schema knows: what else they ask must be refused. */
    @ParameterizedTest
    @MethodSource("packs")
    void onlyRefusedRequestsAreUnknownToTheSchema(Path pack) throws Exception {
        var cedar = new PlainCedar(pack);
        for (var test : PolicyCases.in(pack)) {
            if (cedar.decide(test.asked()).isEmpty()) {
                assertThat(test.expected().decision()).as(test.name()).isEqualTo("deny");
            }
        }
    }
}
