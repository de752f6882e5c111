package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cedar's own integration tests: decisions, determining policies and policies in error, all exactly as the reference's. */
final class CedarCorpusTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .build();

    @Test
    void everyCaseOfTheGeneratedCorpusAgrees() throws IOException {
        Map<String, String> files;
        try (var archive = Objects.requireNonNull(getClass().getResourceAsStream("/cedar/corpus.tar.gz"))) {
            files = TarArchive.read(archive);
        }
        var disagreements = new ArrayList<String>();
        var requests = 0;
        var cases = 0;
        for (var name : files.keySet()) {
            if (name.endsWith(".json") && !name.endsWith(".entities.json")) {
                var stem = name.substring(0, name.length() - ".json".length());
                var test = JSON.readTree(files.get(name));
                cases++;
                requests += test.get("requests").size();
                disagreements.addAll(
                        check(name, test, file(files, stem + ".cedar"), file(files, stem + ".entities.json")));
            }
        }
        System.out.printf("cedar corpus: %d cases, %d requests, %d disagree%n", cases, requests, disagreements.size());
        assertThat(cases).isEqualTo(4_947);
        assertThat(disagreements).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("handWritten")
    void theHandWrittenCasesAgree(Path test) throws IOException {
        var json = JSON.readTree(Files.readString(test));
        var root = root();
        assertThat(check(
                        test.toString(),
                        json,
                        Files.readString(root.resolve(json.get("policies").stringValue())),
                        escaped(Files.readString(
                                root.resolve(json.get("entities").stringValue())))))
                .isEmpty();
    }

    static List<Path> handWritten() throws IOException {
        try (var files = Files.walk(root().resolve("tests"))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** The sample data writes entities in attributes without the escape, which only its schema could tell. */
    private static String escaped(String entities) {
        return entities.replaceAll(
                "(?<!__entity\": )(\\{\\s*\"(type|id)\"\\s*:\\s*\"[^\"]*\"\\s*,\\s*\"(type|id)\"\\s*:\\s*\"[^\"]*\"\\s*})",
                "{\"__entity\": $1}");
    }

    private static Path root() {
        return Path.of("src/test/resources/cedar");
    }

    private static String file(Map<String, String> files, String name) {
        return Objects.requireNonNull(files.get(name), name);
    }

    private static List<String> check(String name, JsonNode test, String policies, String entities) {
        try {
            var set = PolicySet.parseUnvalidated(new PolicySource(Map.of("policies.cedar", policies)));
            var all = Entities.of(CedarJson.entities(JSON.readTree(entities)));
            var disagreements = new ArrayList<String>();
            for (var request : test.get("requests")) {
                var evaluation = set.evaluate(request(request), all);
                var got = outcome(
                        evaluation.isAllowed() ? "allow" : "deny",
                        evaluation.determining().stream().map(Policy::id).collect(Collectors.toSet()),
                        evaluation.errors().stream()
                                .map(error -> error.policy().id())
                                .collect(Collectors.toSet()));
                var expected = outcome(
                        request.get("decision").stringValue(), ids(request.get("reason")), ids(request.get("errors")));
                if (!got.equals(expected)) {
                    disagreements.add(name + " " + request.get("description") + ": expected " + expected + ", got "
                            + got + " " + evaluation.errors());
                }
            }
            return disagreements;
        } catch (PolicyLoadException | RuntimeException e) {
            return List.of(name + ": " + e);
        }
    }

    private static Request request(JsonNode request) {
        return new Request(
                CedarJson.uid(request.get("principal")),
                CedarJson.uid(request.get("action")),
                CedarJson.uid(request.get("resource")),
                CedarJson.record(request.get("context")));
    }

    private static String outcome(String decision, Set<String> reasons, Set<String> errors) {
        return decision + " because " + reasons.stream().sorted().toList() + ", errors "
                + errors.stream().sorted().toList();
    }

    private static Set<String> ids(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::stringValue)
                .collect(Collectors.toSet());
    }
}
