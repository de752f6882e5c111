package dev.countersign.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.display.Statement;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class TransactionTypesTest {
    private static final Path SHIPPED = Path.of("..", "transaction-types");

    @Test
    void theShippedTypesLoad() {
        var types = TransactionTypes.load(SHIPPED);
        for (var name : new String[] {
            "payment",
            "key-export",
            "administrator",
            "deployment",
            "secret-export",
            "tool-call",
            "break-glass",
            "configuration-change",
            "authenticator-removal"
        }) {
            assertThat(types.find(name)).as(name).isPresent();
        }
        assertThat(types.find("gift")).isEmpty();
    }

    @Test
    void theExamplesOfTheShippedTypesAreNamedToPeopleWholeInEveryLocale() throws IOException {
        var types = TransactionTypes.load(SHIPPED);
        var examples = 0;
        for (var folder : shipped()) {
            var type = types.find(folder.getFileName().toString()).orElseThrow();
            for (var locale : type.template().locales()) {
                for (var example : examples(folder)) {
                    var shown = new Statement(example, example, Locale.forLanguageTag(locale))
                            .details(Optional.of(type.template()));
                    assertThat(shown.lines())
                            .as(type.name())
                            .allSatisfy(line -> assertThat(line.label()).matches("\\p{Lu}.*"));
                    examples++;
                }
            }
        }
        assertThat(examples).isGreaterThanOrEqualTo(15);
    }

    private static List<JsonNode> examples(Path type) throws IOException {
        var folder = type.resolve("examples");
        if (!Files.exists(folder)) {
            return List.of();
        }
        var examples = new ArrayList<JsonNode>();
        try (var files = Files.list(folder)) {
            for (var file : files.sorted().toList()) {
                examples.add(Json.read(Files.readAllBytes(file)));
            }
        }
        return examples;
    }

    @Test
    void anExampleThatDoesNotFitFailsTheStartNamingFileAndMember() throws IOException {
        var folder = TestDatabases.folder().resolve("transaction-types");
        var type = folder.resolve("payment");
        Files.createDirectories(type.resolve("examples"));
        for (var name : new String[] {"schema.json", "display.json", "examples/1.json"}) {
            Files.writeString(
                    type.resolve(name),
                    Files.readString(SHIPPED.resolve("payment").resolve(name)).replace("\"250000.00\"", "\"1e3\""));
        }
        assertThatThrownBy(() -> TransactionTypes.load(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("examples/1.json: /amount");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batch.json   | \"lines\": \"lines\"   | \"lines\": \"payments\" | payments",
                "batch.json   | \"total\": \"total\"   | \"total\": \"currency\" | currency",
                "batch.json   | \"amount\": \"amount\" | \"amount\": \"payee\"   | payee",
                "batch.json   | \"amount\": \"amount\" | \"amount\": \"/amount\" | /amount",
                "schema.json  | \"maxItems\": 1000     | \"maxItems\": 1001      | 1000",
                "schema.json  | \"minItems\": 1        | \"minItems\": 0         | array of 1",
                "display.json | \"pointer\": \"/payee/name\" | \"pointer\": \"/payee/bic\" | /payee/bic",
                "display.json | \"format\": \"date\"   | \"format\": \"table\"   | columns",
            })
    void aBadBatchFailsTheStart(String file, String good, String bad, String reason) throws IOException {
        var folder = TestDatabases.folder().resolve("transaction-types");
        var type = Files.createDirectories(folder.resolve("batch-payment"));
        for (var name : new String[] {"schema.json", "display.json", "batch.json"}) {
            var text = Files.readString(SHIPPED.resolve("batch-payment").resolve(name));
            assertThat(name.equals(file) && !text.contains(good)).isFalse();
            Files.writeString(type.resolve(name), name.equals(file) ? text.replace(good, bad) : text);
        }
        assertThatThrownBy(() -> TransactionTypes.load(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.equals("schema.json") ? "batch.json" : file)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/amount                          | /sum",
                "\"/amount\"                      | \"/reference\"",
                "/currency                        | /amount",
                "/amount                          | amount",
                "\"currency\":                    | \"unit\":",
                "\"/amount\"                      | 7",
                "{                                | [",
            })
    void aHistoryThatDoesNotFitFailsTheStart(String good, String bad) throws IOException {
        var folder = TestDatabases.folder().resolve("transaction-types");
        var type = Files.createDirectories(folder.resolve("payment"));
        for (var name : new String[] {"schema.json", "display.json"}) {
            Files.copy(SHIPPED.resolve("payment").resolve(name), type.resolve(name));
        }
        var shipped = Files.readString(SHIPPED.resolve("payment/history.json"));
        assertThat(shipped).contains(good);
        Files.writeString(type.resolve("history.json"), shipped.replace(good, bad));
        assertThatThrownBy(() -> TransactionTypes.load(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("history.json");
    }

    private static List<Path> shipped() throws IOException {
        try (var folders = Files.list(SHIPPED)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deployment            | artifact    | \"sha256:ABC\"    | /details/artifact",
                "deployment            | artifact    | \"shop:latest\"   | /details/artifact",
                "deployment            | commit      | \"main\"          | /details/commit",
                "deployment            | approved    | true              | /details/approved",
                "deployment            | version     | 2                 | /details/version",
                "secret-export         | recipient   | \"\"              | /details/recipient",
                "secret-export         | value       | \"s3cret\"        | /details/value",
                "tool-call             | amount      | \"1e3\"           | /details/amount",
                "tool-call             | amount      | \"-1\"            | /details/amount",
                "tool-call             | currency    | \"EURO\"          | /details/currency",
                "tool-call             | arguments   | {\"to\": \"x\"}   | /details/arguments",
                "tool-call             | arguments   | [{\"name\": \"to\"}] | /details/arguments/0/value",
                "tool-call             | summary     | \"pay\u202Eeno\"  | /details/summary",
                "break-glass           | incident    | \"\"              | /details/incident",
                "configuration-change  | target      | \"everything\"    | /details/target",
                "configuration-change  | sha256      | \"sha256:00\"     | /details/sha256",
                "authenticator-removal | reason      | 1                 | /details/reason",
            })
    void whatDoesNotFitAShippedTypeIsRefusedByName(String name, String member, String value, String pointer)
            throws IOException {
        var details = (ObjectNode) examples(SHIPPED.resolve(name)).getFirst();
        details.set(member, Json.MAPPER.readTree(value));
        assertThatThrownBy(() ->
                        TransactionTypes.load(SHIPPED).find(name).orElseThrow().validate(details, "/details"))
                .isInstanceOfSatisfying(
                        Problem.class,
                        refused -> assertThat(refused.extensions()).containsEntry("pointer", pointer));
    }

    @Test
    void anAgentsAmountHasACurrency() throws IOException {
        var details = (ObjectNode) examples(SHIPPED.resolve("tool-call")).get(1);
        details.remove("currency");
        assertThatThrownBy(() -> TransactionTypes.load(SHIPPED)
                        .find("tool-call")
                        .orElseThrow()
                        .validate(details, "/details"))
                .isInstanceOf(Problem.class);
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
                "display.json | \"en\": \"Payment\",            | ''                             | /title/en",
                "display.json | \"en\": \"Payment\"             | \"english\": \"Payment\"       | /title/english",
                "display.json | \"fields\"                      | \"colour\": 1, \"fields\"      | /colour",
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
