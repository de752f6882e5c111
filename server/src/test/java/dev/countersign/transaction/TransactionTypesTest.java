package dev.countersign.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TransactionTypesTest {
    private static final Path SHIPPED = Path.of("..", "transaction-types");

    @Test
    void theShippedTypesLoad() {
        var types = TransactionTypes.load(SHIPPED);
        for (var name : new String[] {"payment", "key-export", "administrator"}) {
            assertThat(types.find(name)).isPresent();
        }
        assertThat(types.find("gift")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schema.json  | \"additionalProperties\": false | \"additionalProperties\": true | additionalProperties",
                "schema.json  | , \"maxLength\": 20             | ''                             | maxLength",
                "schema.json  | \"type\": \"object\"            | \"type\": \"number\"           | number",
                "schema.json  | \"maxLength\": 20               | \"maxLength\": -1              | maxLength",
                "schema.json  | {                               | [                              | JSON",
                "display.json | /payee/iban                     | /payee/bic                     | /payee/bic",
                "display.json | \"iban\"                        | \"html\"                       | /fields/2/format",
                "display.json | /currency                       | /reference                     | /reference",
                "display.json | \"title\": \"Payment\",         | ''                             | /title",
            })
    void aBadTypeFailsTheStartNamingFileAndReason(String file, String good, String bad, String reason)
            throws IOException {
        var folder = TestDatabases.folder().resolve("transaction-types");
        var type = Files.createDirectories(folder.resolve("payment"));
        for (var name : new String[] {"schema.json", "display.json"}) {
            var text = Files.readString(SHIPPED.resolve("payment").resolve(name));
            Files.writeString(type.resolve(name), name.equals(file) ? text.replace(good, bad) : text);
        }
        assertThatThrownBy(() -> TransactionTypes.load(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file)
                .hasMessageContaining(reason);
    }
}
