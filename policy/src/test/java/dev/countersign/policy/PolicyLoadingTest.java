package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused when policies load, with its place; and what a folder may hold. */
final class PolicyLoadingTest {
    private static final String PERMIT = "permit (principal, action, resource);\n";

    @TempDir
    Path folder;

    private void write(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
    }

    private void refusesFolder(String file, String reason) {
        assertThatThrownBy(() -> PolicySet.load(folder))
                .isInstanceOfSatisfying(
                        PolicyLoadException.class,
                        e -> assertThat(e.faults()).anySatisfy(fault -> {
                            assertThat(fault.file()).isEqualTo(file);
                            assertThat(fault.reason()).contains(reason);
                        }));
    }

    @Test
    void aSyntaxErrorNamesFileLineAndColumn() {
        var faults = Sets.faults(PERMIT + "\npermit (principal,\n  action,\n  resorce);\n");
        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.file()).isEqualTo("bank.cedar");
            assertThat(fault.line()).isBetween(3, 5);
            assertThat(fault.reason()).isNotBlank();
        });
    }

    @Test
    void aSchemaViolationNamesItsPlaceBehindCharactersOfSeveralBytes() {
        var faults = Sets.faults(
                PERMIT + "// gr\u00fc\u00dfe \ud83d\ude00\npermit (principal, action == Action::\"read\", resource)\n"
                        + "when { context.text == \"\u00fc\ud83d\ude00\" && principal.nmae == \"x\" };\n");
        assertThat(faults).anySatisfy(fault -> {
            assertThat(fault.line()).isEqualTo(4);
            assertThat(fault.sourceLine()).contains("nmae");
            assertThat(fault.reason()).contains("nmae");
        });
    }

    @Test
    void everyFaultIsReportedAtOnce() {
        assertThat(Sets.faults("@typo(\"\") " + PERMIT + "permit (;\n@require(\"x\") " + PERMIT))
                .hasSize(3);
    }

    @Test
    void aTypeErrorIsRefused() {
        assertThat(Sets.faults("permit (principal, action, resource) when { 1 + \"a\" == 2 };"))
                .isNotEmpty();
    }

    @Test
    void aTemplateIsRefused() {
        assertThat(Sets.faults("permit (principal == ?principal, action, resource);"))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("template"));
    }

    @Test
    void anIdStandsOnce() {
        assertThat(Sets.faults("@id(\"a\") " + PERMIT + "@id(\"a\") " + PERMIT))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.line()).isEqualTo(2);
                    assertThat(fault.reason()).contains("stands already in bank.cedar:1");
                });
    }

    @Test
    void aSetWithoutSchemaIsRefused() {
        assertThat(Sets.faults(new PolicySource(Map.of("a.cedar", PERMIT))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("no schema"));
    }

    @Test
    void aBrokenSchemaIsRefusedByName() {
        assertThat(Sets.faults(new PolicySource(Map.of("a.cedar", PERMIT, "b.cedarschema", "entity User in;"))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.file()).isEqualTo("b.cedarschema"));
    }

    @Test
    void storedEntitiesAreHeldToTheSchema() {
        var wrongType = "[{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\"attrs\":{\"level\":\"high\"},\"parents\":[]}]";
        assertThat(Sets.faults(withEntities(wrongType)))
                .singleElement()
                .satisfies(fault -> assertThat(fault.file()).isEqualTo("entities.json"));
    }

    @Test
    void anEntityStoredTwiceIsRefused() {
        var user = "{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]}";
        assertThat(Sets.faults(withEntities("[" + user + "," + user + "]")))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("given twice"));
    }

    private static PolicySource withEntities(String entities) {
        return new PolicySource(
                Map.of("bank.cedar", PERMIT, "bank.cedarschema", Sets.SCHEMA, "entities.json", entities));
    }

    @Test
    void theHashIsOfNamesAndBytes() throws Exception {
        var one = PolicySet.parse(Sets.source(PERMIT)).hash();
        assertThat(PolicySet.parse(Sets.source(PERMIT)).hash()).isEqualTo(one);
        assertThat(PolicySet.parse(Sets.source(PERMIT + " ")).hash()).isNotEqualTo(one);
        assertThat(PolicySet.parse(new PolicySource(Map.of("other.cedar", PERMIT, "bank.cedarschema", Sets.SCHEMA)))
                        .hash())
                .isNotEqualTo(one);
        assertThat(one.value()).matches("sha256:[0-9a-f]{64}");
    }

    @Test
    void aFolderIsReadWithItsSubfoldersAndOtherFilesArePassedOver() throws Exception {
        write("bank.cedarschema", Sets.SCHEMA);
        write("more/bank.cedar", PERMIT);
        write("README.md", "not a policy");
        assertThat(PolicySet.load(folder).policies())
                .singleElement()
                .satisfies(policy -> assertThat(policy.file()).isEqualTo("more/bank.cedar"));
    }

    @Test
    void aMissingFolderIsRefused() {
        folder = folder.resolve("gone");
        refusesFolder(folder.toString(), "no such folder");
    }

    @Test
    void aFileThatIsNotUtf8IsRefused() throws Exception {
        Files.write(folder.resolve("latin1.cedar"), new byte[] {'/', '/', (byte) 0xfc, '\n'});
        refusesFolder("latin1.cedar", "not UTF-8");
    }

    @Test
    void aFileOverTheLimitIsRefused() throws Exception {
        try (var file = new RandomAccessFile(folder.resolve("large.cedar").toFile(), "rw")) {
            file.setLength(PolicySource.MAX_FILE_BYTES + 1L);
        }
        refusesFolder("large.cedar", "larger than");
    }

    @Test
    void moreFilesThanTheLimitAreRefused() throws Exception {
        for (var i = 0; i <= PolicySource.MAX_FILES; i++) {
            Files.createFile(folder.resolve(i + ".cedar"));
        }
        refusesFolder(folder.toString(), "more than");
    }

    @Test
    void bracketsTooDeepAreRefusedBeforeTheReferenceSeesThem() {
        var deep = "(".repeat(20_000) + "true" + ")".repeat(20_000);
        assertThat(Sets.faults("permit (principal, action, resource) when { " + deep + " };"))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("nested deeper"));
        assertThat(Sets.faults(new PolicySource(
                        Map.of("a.cedar", PERMIT, "b.cedarschema", "type T = " + "{a: ".repeat(20_000)))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("nested deeper"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true && ", "1 + ", "if true then true else ", "!", "-", "context.n == 1 || "})
    void thePolicyWithTheLongestChainIsRefusedNotRun(String link) {
        var chain = link.repeat((PolicyText.MAX_LENGTH - 100) / link.length());
        assertThat(Sets.faults("permit (principal, action, resource) when { " + chain + "true };"))
                .isNotEmpty();
    }

    @Test
    void theLongestChainOfAttributesIsRefusedNotRun() {
        var chain = ".a".repeat((PolicyText.MAX_LENGTH - 100) / 2);
        assertThat(Sets.faults("permit (principal, action, resource) when { context" + chain + " };"))
                .isNotEmpty();
    }

    @Test
    void aPolicyOverTheLimitIsRefused() {
        var filler = " ".repeat(PolicyText.MAX_LENGTH);
        assertThat(Sets.faults("permit (principal, action," + filler + "resource);"))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("longer than"));
    }
}
