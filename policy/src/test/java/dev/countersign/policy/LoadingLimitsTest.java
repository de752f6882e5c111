package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is too much is refused with a message, and soon. */
final class LoadingLimitsTest {
    private static final String PERMIT = "permit (principal, action, resource);\n";

    /** On a busy machine; alone it is a fraction of a second. */
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private static List<PolicyFault> faultsSoon(PolicySource source) {
        return Assertions.assertTimeout(SOON, () -> Sets.faults(source));
    }

    private List<PolicyFault> faultsOfFolder() {
        var faults = new java.util.ArrayList<PolicyFault>();
        assertThatThrownBy(() -> PolicySet.load(folder))
                .isInstanceOfSatisfying(PolicyLoadException.class, e -> faults.addAll(e.faults()));
        return faults;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", ";", "permit", "(", ")", "\"", "@", "\n", "a ", "permit(;", "\ud83d\ude00", "/*;*/"})
    void tenMegabytesOfGarbageAreRefusedSoon(String piece) {
        var garbage = piece.repeat(10 * 1024 * 1024 / piece.length()) + " x";
        var faults = faultsSoon(new PolicySource(Map.of("a.cedar", garbage, "a.cedarschema", Sets.SCHEMA)));
        assertThat(faults).isNotEmpty().hasSizeLessThanOrEqualTo(FaultList.MAX_FAULTS);
        assertThat(faults)
                .allSatisfy(fault -> assertThat(fault.sourceLine()).hasSizeLessThan(SourceText.MAX_SHOWN + 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", ";", "{", "entity A;", "type T = {a: T};", "\""})
    void tenMegabytesOfGarbageInTheSchemaAreRefusedSoon(String piece) {
        var garbage = piece.repeat(10 * 1024 * 1024 / piece.length()) + " x";
        assertThat(faultsSoon(new PolicySource(Map.of("a.cedar", PERMIT, "a.cedarschema", garbage))))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "1,", "\"", "[{\"uid\":1},"})
    void tenMegabytesOfGarbageInTheEntitiesAreRefusedSoon(String piece) {
        var garbage = "[" + piece.repeat(10 * 1024 * 1024 / piece.length());
        assertThat(faultsSoon(new PolicySource(
                        Map.of("a.cedar", PERMIT, "a.cedarschema", Sets.SCHEMA, "entities.json", garbage))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.file()).isEqualTo("entities.json"));
    }

    @Test
    void aSetOfAMillionElementsIsRefused() {
        var million = IntStream.range(0, 1_000_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        assertThat(faultsSoon(new PolicySource(Map.of(
                        "a.cedar",
                        "permit (principal, action, resource) when { [" + million + "].contains(context.n) };",
                        "a.cedarschema",
                        Sets.SCHEMA))))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.reason()).contains("longer than " + PolicyText.MAX_LENGTH);
                    assertThat(fault.hint()).contains("group");
                });
        var schema = "entity User { marks: Set<Long> }; action act appliesTo { principal: User, resource: User };";
        var entities =
                "[{\"uid\":{\"type\":\"User\",\"id\":\"a\"},\"parents\":[],\"attrs\":{\"marks\":[" + million + "]}}]";
        assertThat(faultsSoon(new PolicySource(
                        Map.of("a.cedar", PERMIT, "a.cedarschema", schema, "entities.json", entities))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason())
                        .contains("/0/attrs/marks: more than " + CedarJson.MAX_ELEMENTS + " elements"));
    }

    @Test
    void aHugeStringIsRefused() {
        var text = "x".repeat(1 << 20);
        assertThat(faultsSoon(Sets.source("permit (principal, action, resource) when { \"" + text + "\" == \"\" };")))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("longer than"));
    }

    @Test
    void aHugeNumberIsRefused() {
        assertThat(faultsSoon(Sets.source(
                        "permit (principal, action, resource) when { context.n == " + "9".repeat(50_000) + " };")))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("integer"));
    }

    @Test
    void typesThatDoubleOneAnotherAreRefusedBeforeTheReferenceExpandsThem() {
        var schema = new StringBuilder(Sets.SCHEMA).append("type T0 = { a: Long };\n");
        for (var i = 1; i <= 40; i++) {
            schema.append("type T%d = { a: T%d, b: T%d };\n".formatted(i, i - 1, i - 1));
        }
        schema.append("entity Bomb { a: T40 };");
        assertThat(faultsSoon(new PolicySource(Map.of("a.cedar", PERMIT, "a.cedarschema", schema.toString()))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("types that use types"));
    }

    @Test
    void aLongChainOfTypesIsRefused() {
        var schema = new StringBuilder(Sets.SCHEMA).append("type T0 = { a: Long };\n");
        for (var i = 1; i <= 100_000; i++) {
            schema.append("type T%d = { a: T%d };\n".formatted(i, i - 1));
        }
        assertThat(faultsSoon(new PolicySource(Map.of("a.cedar", PERMIT, "a.cedarschema", schema.toString()))))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("types that use types"));
    }

    @Test
    void filesAreBoundedInAll() throws Exception {
        var nine = new byte[9 * 1024 * 1024];
        java.util.Arrays.fill(nine, (byte) '\n');
        for (var i = 0; i < 8; i++) {
            Files.write(folder.resolve(i + ".cedar"), nine);
        }
        assertThat(faultsOfFolder())
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("larger than " + PolicySource.MAX_TOTAL_BYTES));
    }

    @Test
    void anEmptyFolderIsRefused() {
        assertThat(faultsOfFolder()).singleElement().satisfies(fault -> {
            assertThat(fault.file()).isEqualTo(folder.toString());
            assertThat(fault.reason()).isEqualTo("no policies in it");
            assertThat(fault.hint()).contains("cedarschema");
        });
    }

    @Test
    void whatIsNotUtf8IsShownWithItsPlace() throws Exception {
        Files.write(
                folder.resolve("a.cedar"),
                new byte[] {'/', '/', '\n', 'a', (byte) 0xc3, (byte) 0xbc, (byte) 0xfc, '\n'});
        assertThat(faultsOfFolder()).singleElement().satisfies(fault -> {
            assertThat(fault.reason()).isEqualTo("not UTF-8");
            assertThat(fault.line()).isEqualTo(2);
            assertThat(fault.column()).isEqualTo(3);
            assertThat(fault.hint()).contains("UTF-8");
        });
    }

    /** A forbid may be in what cannot be read. */
    @Test
    void linksThatLeadNowhereInACircleOrToAFolderAreRefused() throws Exception {
        Files.writeString(folder.resolve("s.cedarschema"), Sets.SCHEMA);
        Files.createSymbolicLink(folder.resolve("gone.cedar"), folder.resolve("nothing.cedar"));
        Files.createSymbolicLink(folder.resolve("one.cedar"), folder.resolve("two.cedar"));
        Files.createSymbolicLink(folder.resolve("two.cedar"), folder.resolve("one.cedar"));
        Files.createSymbolicLink(folder.resolve("loop"), folder);
        assertThat(faultsOfFolder())
                .extracting(PolicyFault::file)
                .containsExactlyInAnyOrder("gone.cedar", "one.cedar", "two.cedar", "loop");
    }

    /** As a mounted configuration map has them: links to files in a hidden folder. */
    @Test
    void linksToFilesAreFollowedAndHiddenFoldersPassedOver() throws Exception {
        var hidden = Files.createDirectory(folder.resolve("..2026_11_24"));
        Files.writeString(hidden.resolve("a.cedar"), PERMIT);
        Files.writeString(hidden.resolve("s.cedarschema"), Sets.SCHEMA);
        Files.createSymbolicLink(folder.resolve("..data"), hidden);
        Files.createSymbolicLink(folder.resolve("a.cedar"), folder.resolve("..data/a.cedar"));
        Files.createSymbolicLink(folder.resolve("s.cedarschema"), folder.resolve("..data/s.cedarschema"));
        assertThat(PolicySet.load(folder).policies())
                .singleElement()
                .satisfies(policy -> assertThat(policy.file()).isEqualTo("a.cedar"));
    }

    @Test
    void aFolderTooDeepIsRefused() throws Exception {
        Files.writeString(folder.resolve("s.cedarschema"), Sets.SCHEMA);
        var deep = Files.createDirectories(folder.resolve("d/".repeat(PolicySource.MAX_FOLDER_DEPTH + 1)));
        Files.writeString(deep.resolve("a.cedar"), PERMIT);
        assertThat(faultsOfFolder())
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("deeper than"));
    }

    @Test
    void morePoliciesThanTheLimitAreRefused() {
        var policies = "permit(principal,action,resource);\n".repeat(PolicyLoader.MAX_POLICIES + 2);
        assertThat(Sets.faults(policies)).singleElement().satisfies(fault -> {
            assertThat(fault.reason()).isEqualTo("more than " + PolicyLoader.MAX_POLICIES + " policies");
            assertThat(fault.line()).isEqualTo(PolicyLoader.MAX_POLICIES + 1);
        });
    }

    @Test
    void faultsAreBounded() {
        var files = new HashMap<String, String>();
        files.put("a.cedar", "permit (principal, action, resorce);\n".repeat(1_000));
        files.put("a.cedarschema", Sets.SCHEMA);
        assertThat(Sets.faults(new PolicySource(files))).hasSize(FaultList.MAX_FAULTS);
    }
}
