package dev.countersign.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.display.Line;
import dev.countersign.display.Statement;
import dev.countersign.http.Json;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/transaction-types.md, done as it says. */
final class TransactionTypesGuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "transaction-types.md");
    private static final Pattern FILE =
            Pattern.compile("`transaction-types/([a-z0-9/.-]+)`:\n```json\n(.*?)```", Pattern.DOTALL);

    @Test
    void theTypeOfTheGuideLoadsAndIsShownInBothItsLanguages() throws IOException {
        var folder = TestDatabases.folder().resolve("transaction-types");
        var written = FILE.matcher(Files.readString(GUIDE)).results().toList();
        for (var file : written) {
            var path = folder.resolve(file.group(1));
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.group(2));
        }
        var type = TransactionTypes.load(folder).find("gate-opening").orElseThrow();
        var example = Json.read(Files.readAllBytes(folder.resolve("gate-opening/examples/1.json")));
        var german = new Statement(example, example, type.template().locale("de-AT, en;q=0.5"))
                .details(Optional.of(type.template()));
        assertThat(written).hasSize(3);
        assertThat(german.lines()).extracting(Line::label).containsExactly("Tor", "Am", "Pfand");
        assertThat(german.lines().get(1).value()).isEqualTo("Montag, 30. November 2026 (2026-11-30)");
        assertThat(german.lines().get(2).value()).isEqualTo("1.250,50 EUR");
        var english =
                new Statement(example, example, type.template().locale(null)).details(Optional.of(type.template()));
        assertThat(english.lines().get(2).notes()).containsExactly("one thousand two hundred fifty and 50/100 euros");
    }
}
