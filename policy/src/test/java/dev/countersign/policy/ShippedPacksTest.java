package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packs in {@code policies/}: each loads, alone and beside others, and tells an auditor what it is for. */
final class ShippedPacksTest {
    private static final Path PACKS = Path.of("..", "policies");
    private static final Path CATALOGUE = Path.of("..", "docs", "packs.md");
    private static final Pattern CATALOGUED = Pattern.compile("(?m)^\\| ([^|]+?) \\|");

    static List<Path> packs() throws IOException {
        try (var folders = Files.list(PACKS)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    static List<Path> othersThanAdmin() throws IOException {
        return packs().stream().filter(pack -> !pack.endsWith("admin")).toList();
    }

    @Test
    void theNamedPacksShip() throws IOException {
        assertThat(packs()).map(pack -> pack.getFileName().toString()).contains("admin", "agents", "bank", "ci-cd");
    }

    @ParameterizedTest
    @MethodSource("packs")
    void aPackLoadsAlone(Path pack) throws Exception {
        assertThat(PolicySet.load(pack).policies()).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @MethodSource("othersThanAdmin")
    void aPackLoadsBesideAdmin(Path pack) throws Exception {
        var files = new TreeMap<String, String>();
        for (var each : List.of(PACKS.resolve("admin"), pack)) {
            PolicySource.read(each).files().forEach((name, text) -> files.put(each.getFileName() + "/" + name, text));
        }
        assertThat(ids(PolicySet.parse(new PolicySource(files))))
                .containsAll(ids(PolicySet.load(PACKS.resolve("admin"))))
                .containsAll(ids(PolicySet.load(pack)));
    }

    @Test
    void allPacksLoadAsOneFolder() throws Exception {
        var all = new HashSet<String>();
        for (var pack : packs()) {
            all.addAll(ids(PolicySet.load(pack)));
        }
        assertThat(ids(PolicySet.load(PACKS))).isEqualTo(all);
    }

    private static Set<String> ids(PolicySet set) {
        return set.policies().stream().map(Policy::id).collect(Collectors.toSet());
    }

    @Test
    void everyPackBringsTheSameWords() throws IOException {
        assertThat(packs())
                .map(pack -> text(pack.resolve("core.cedarschema")))
                .containsOnly(text(PACKS.resolve("bank/core.cedarschema")));
    }

    @ParameterizedTest
    @MethodSource("packs")
    void everyPolicyHasANameASentenceAndControlsOfTheCatalogue(Path pack) throws Exception {
        var catalogue = CATALOGUED
                .matcher(text(CATALOGUE))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
        for (var policy : PolicySet.load(pack).policies()) {
            assertThat(policy.id()).matches("[a-z0-9]+(-[a-z0-9]+)+");
            assertThat(policy.text()).as(policy.id()).matches("[A-Z].*[^.]");
            assertThat(Pattern.compile(", ").splitAsStream(policy.annotations().getOrDefault("control", "")))
                    .as(policy.id())
                    .isSubsetOf(catalogue);
        }
    }

    @ParameterizedTest
    @MethodSource("packs")
    void everyPolicyNamesTheActionsThatItIsAbout(Path pack) throws Exception {
        for (var policy : PolicySet.load(pack).policies()) {
            var text = text(pack.resolve(policy.file()));
            var from = text.indexOf("@id(\"" + policy.id() + "\")");
            var to = text.indexOf("\n\n", from);
            var statement = text.substring(from, to < 0 ? text.length() : to);
            assertThat(statement).as(policy.id()).containsPattern("action (==|in) \\[?\\s*Action::\"");
        }
    }

    @ParameterizedTest
    @MethodSource("packs")
    void everyForbidTellsAnAuditorWhatItStopsAndWhatLiftsIt(Path pack) throws Exception {
        for (var policy : PolicySet.load(pack).policies()) {
            var text = text(pack.resolve(policy.file()));
            var before = text.substring(0, text.indexOf("@id(\"" + policy.id() + "\")"));
            if (policy.effect() == Effect.FORBID) {
                assertThat(before.substring(before.lastIndexOf("\n\n")))
                        .as(policy.id())
                        .contains("// Protects:", "Against:", "Lifted by:");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("packs")
    void everyPolicyNamedInAReadmeExists(Path pack) throws Exception {
        var readme = text(pack.resolve("README.md"));
        var attacks = readme.substring(
                readme.indexOf("## Attacks it answers"), readme.indexOf("\n\n##", readme.indexOf("## Attacks")));
        var named = Pattern.compile("`([a-z0-9]+(?:-[a-z0-9]+)+)`").matcher(attacks);
        assertThat(named.results().map(found -> found.group(1)).toList())
                .isNotEmpty()
                .isSubsetOf(ids(PolicySet.load(pack)));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
