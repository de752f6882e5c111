package dev.countersign.entity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.http.Problem;
import dev.countersign.key.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** However a body arrives, its lines are the same. */
final class NdjsonLinesTest {
    @Property(tries = 300)
    void linesAreWhatIsBetweenTheirEnds(
            @ForAll @Size(max = 20) List<String> texts,
            @ForAll boolean carriageReturns,
            @ForAll boolean endsWithALine,
            @ForAll @IntRange(min = 1, max = 40) int pieces) {
        var expected = texts.stream()
                .map(text -> text.replaceAll("[\\r\\n]", ""))
                .map(text -> new String(text.getBytes(UTF_8), UTF_8))
                .toList();
        var end = carriageReturns ? "\r\n" : "\n";
        var body = String.join(end, expected) + (endsWithALine && !expected.isEmpty() ? end : "");
        var lines = new NdjsonLines(inPieces(body, pieces), Duration.ofMinutes(1));
        var got = new ArrayList<String>();
        for (var line = lines.next(); line != null; line = lines.next()) {
            got.add(new String(line, UTF_8));
            assertThat(lines.number()).isEqualTo(got.size());
        }
        var last = expected.size() - 1;
        var lastIsNothing =
                !endsWithALine && !expected.isEmpty() && expected.get(last).isEmpty();
        assertThat(got).isEqualTo(lastIsNothing ? expected.subList(0, last) : expected);
        assertThat(lines.next()).isNull();
        assertThat(lines.sha256()).isEqualTo(Sha256.hex(body));
    }

    @Test
    void aLineIsAsLongAsItMayBe() {
        var longest = "x".repeat(NdjsonLines.MAX_LINE_BYTES);
        assertThat(new NdjsonLines(inPieces(longest + "\n", 50_000), Duration.ofMinutes(1)).next())
                .hasSize(NdjsonLines.MAX_LINE_BYTES);
        var lines = new NdjsonLines(inPieces("a\n" + longest + "x\n", 50_000), Duration.ofMinutes(1));
        assertThat(lines.next()).hasSize(1);
        assertThatThrownBy(lines::next).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(413);
            assertThat(problem.extensions()).containsEntry("line", 2);
        });
    }

    @Test
    void aBodyThatDribblesOrBreaksOffIsRefused() {
        assertThatThrownBy(new NdjsonLines(inPieces("a\nb\n", 1), Duration.ofNanos(-1))::next)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(408));
        var broken = new NdjsonLines(closed(), Duration.ofMinutes(1));
        assertThatThrownBy(broken::next)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(400));
    }

    /** Every read of it fails. */
    private static InputStream closed() {
        var stream = InputStream.nullInputStream();
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stream;
    }

    private static InputStream inPieces(String body, int size) {
        return new ByteArrayInputStream(body.getBytes(UTF_8)) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(size, length));
            }
        };
    }
}
