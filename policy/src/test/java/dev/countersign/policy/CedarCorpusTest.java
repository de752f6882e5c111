package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Cedar's own integration tests: decisions, determining policies and policies in error, all exactly as the reference's. */
final class CedarCorpusTest {
    private static final Path CEDAR = Path.of("src/test/resources/cedar");

    @Test
    void everyCaseOfTheGeneratedCorpusAgrees() throws Exception {
        var report = Corpus.read(CEDAR.resolve("corpus.tar.gz")).run();
        assertThat(report.disagree()).isEmpty();
        assertThat(report).isEqualTo(new CorpusReport(4_947, 39_576, 39_576, report.disagree()));
    }

    @Test
    void everyHandWrittenCaseAgrees() throws Exception {
        var report = Corpus.read(CEDAR).run();
        assertThat(report.disagree()).isEmpty();
        assertThat(report.cases()).isEqualTo(22);
        assertThat(report.agree()).isEqualTo(report.requests()).isPositive();
    }
}
