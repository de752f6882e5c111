package dev.countersign.transaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.display.Line;
import dev.countersign.display.Statement;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Anything at all in every member of every shipped type: it is shown whole, or refused by its pointer. */
final class DetailsPropertiesTest {
    private static final Path SHIPPED = Path.of("..", "transaction-types");
    private static final TransactionTypes TYPES = TransactionTypes.load(SHIPPED);
    private static final String DIGEST = "sha256:" + "0".repeat(64);

    /** The server makes these itself, from what was published. */
    private static final String PUBLICATION = """
            {"version": 2, "hash": "%1$s", "previous": "%1$s", "publisher": "alice", "comment": "New limits",
             "added": ["limits"], "removed": [], "changed": ["large"], "files": ["limits.cedar"]}""".formatted(DIGEST);

    private static final List<Member> MEMBERS = members();

    /** One member of a type: valid details, and where in them it stands. */
    record Member(TransactionType type, String details, String pointer) {
        ObjectNode read() {
            return (ObjectNode) Json.read(details.getBytes(UTF_8));
        }

        @Override
        public String toString() {
            return type.name() + pointer;
        }
    }

    @Provide
    Arbitrary<Member> anyMember() {
        return Arbitraries.of(MEMBERS);
    }

    @Provide
    Arbitrary<Member> objects() {
        return Arbitraries.of(MEMBERS.stream()
                .filter(member -> member.read().at(member.pointer()).isObject())
                .toList());
    }

    @Provide
    Arbitrary<JsonNode> anything() {
        var digits = Arbitraries.strings()
                .withChars("0123456789.,+-eExX_ \u0665\uFF11")
                .ofMaxLength(24);
        var words = Arbitraries.strings()
                .withChars(
                        "ACMEacme \u0410\u0421\u0435\u03BF\u202E\u200B\u00A0\u0301\u00AD\u3164\uFE0F<>&\"'\\/{}$\n\t\u0000\uD800")
                .ofMaxLength(40);
        var numbers = Arbitraries.of(
                        "0",
                        "-0",
                        "-1",
                        "1e3",
                        "1E400",
                        "1.0",
                        "0.1",
                        "9007199254740992",
                        "-9007199254740993",
                        "9".repeat(60),
                        "1e-300")
                .map(DetailsPropertiesTest::json);
        var shapes = Arbitraries.of("null", "true", "false", "[]", "{}", "[null]", "{\"\": 1}", "{\"a~/b\": \"x\"}")
                .map(DetailsPropertiesTest::json);
        var deep = Arbitraries.integers()
                .between(1, 58)
                .map(depth -> json("[".repeat(depth) + "{\"a\": []}" + "]".repeat(depth)));
        var wide = Arbitraries.integers().between(1, 3_000).map(DetailsPropertiesTest::wide);
        var huge = Arbitraries.integers().between(100, 200_000).map(length -> text("A".repeat(length)));
        return Arbitraries.oneOf(
                Arbitraries.oneOf(digits, words, Arbitraries.strings().ofMaxLength(60))
                        .map(DetailsPropertiesTest::text),
                numbers,
                shapes,
                deep,
                wide,
                huge);
    }

    @Property(tries = 4_000)
    void whatIsPutInAMemberIsShownWholeOrRefusedByItsPointer(
            @ForAll("anyMember") Member member, @ForAll("anything") JsonNode value) {
        var details = member.read();
        put(details, member.pointer(), value);
        var refused = refusal(member.type(), details);
        Statistics.collect(refused.isPresent());
        // neither all taken nor all refused, or the property says nothing
        Statistics.coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 50);
            coverage.check(false).percentage(share -> share > 1);
        });
        if (refused.isPresent()) {
            assertThat(refused.get())
                    .satisfiesAnyOf(
                            pointer -> assertThat(pointer + "/").startsWith("/details" + member.pointer() + "/"),
                            // a total that fits its lines no longer, an amount without its currency
                            pointer -> assertThat(pointer).isEqualTo("/details/total"),
                            pointer -> assertThat(pointer).isIn("/details", "/details/amount", "/details/currency"));
            return;
        }
        for (var locale : member.type().template().locales()) {
            var shown = everythingShown(member.type(), details, Locale.forLanguageTag(locale));
            leaves(value).forEach(leaf -> assertThat(shown).contains(bare(leaf)));
        }
        assertThat(Json.read(CanonicalForm.of(details))).isEqualTo(details);
    }

    @Property(tries = 2_000)
    void anUnknownMemberIsRefusedByItsPointer(@ForAll("objects") Member member, @ForAll("anything") JsonNode value) {
        for (var name : List.of("display", "amount_cents", "a~b/c", "Amount", "", "__proto__")) {
            var details = member.read();
            ((ObjectNode) details.at(member.pointer())).set(name, value);
            assertThat(refusal(member.type(), details))
                    .hasValueSatisfying(pointer -> assertThat(pointer + "/")
                            .startsWith("/details" + member.pointer() + "/" + Json.escape(name) + "/"));
        }
    }

    @Property(tries = 1_000)
    void detailsOfAnyShapeAreRefusedOrValid(@ForAll("anything") JsonNode value) {
        for (var name : TYPES.names()) {
            assertThat(refusal(TYPES.find(name).orElseThrow(), value))
                    .as(name)
                    .hasValueSatisfying(pointer -> assertThat(pointer).startsWith("/details"));
        }
    }

    private static Optional<String> refusal(TransactionType type, JsonNode details) {
        try {
            type.validate(details, "/details");
            return Optional.empty();
        } catch (Problem refused) {
            assertThat(refused.status()).isEqualTo(400);
            return Optional.of(String.valueOf(refused.extensions().get("pointer")));
        }
    }

    private static String everythingShown(TransactionType type, JsonNode details, Locale locale) {
        var shown = new Statement(details, details, locale).details(Optional.of(type.template()));
        var text = new StringBuilder();
        Stream.concat(
                        shown.lines().stream(),
                        shown.tables().stream()
                                .flatMap(table -> table.rows().stream())
                                .flatMap(List::stream))
                .map(Line::value)
                .forEach(value -> text.append(bare(value)).append('\n'));
        return text.toString();
    }

    /** Without what grouping adds or a locale writes otherwise. */
    private static String bare(String text) {
        return text.replaceAll("[\\s\\p{Z}.,'\u2019]", "");
    }

    private static List<String> leaves(JsonNode value) {
        if (!value.isContainer()) {
            return List.of(value.asString());
        }
        var leaves = new ArrayList<String>();
        value.forEach(child -> leaves.addAll(leaves(child)));
        return leaves;
    }

    private static void put(ObjectNode details, String pointer, JsonNode value) {
        var place = JsonPointer.compile(pointer);
        var parent = details.at(place.head());
        if (parent instanceof ObjectNode object) {
            object.set(place.last().getMatchingProperty(), value);
        } else {
            ((ArrayNode) parent).set(place.last().getMatchingIndex(), value);
        }
    }

    /** Every member of every example, and those of the schema that no example has. */
    private static List<Member> members() {
        var members = new ArrayList<Member>();
        for (var name : new TreeSet<>(TYPES.names())) {
            var type = TYPES.find(name).orElseThrow();
            for (var example : examples(name)) {
                var pointers = new TreeSet<String>();
                pointers(json(example), "", pointers);
                json(read(SHIPPED.resolve(name).resolve("schema.json")))
                        .path("properties")
                        .propertyNames()
                        .forEach(property -> pointers.add("/" + property));
                pointers.forEach(pointer -> members.add(new Member(type, example, pointer)));
            }
        }
        return List.copyOf(members);
    }

    private static void pointers(JsonNode node, String pointer, Set<String> found) {
        if (!pointer.isEmpty()) {
            found.add(pointer);
        }
        node.properties().forEach(member -> pointers(member.getValue(), pointer + "/" + member.getKey(), found));
        for (var i = 0; node.isArray() && i < node.size(); i++) {
            pointers(node.get(i), pointer + "/" + i, found);
        }
    }

    private static List<String> examples(String type) {
        var folder = SHIPPED.resolve(type).resolve("examples");
        if (!Files.isDirectory(folder)) {
            assertThat(type).isEqualTo("policy-publication");
            return List.of(PUBLICATION);
        }
        try (var files = Files.list(folder)) {
            return files.sorted().map(DetailsPropertiesTest::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(String text) {
        return Json.MAPPER.readTree(text);
    }

    private static JsonNode text(String text) {
        return Json.MAPPER.getNodeFactory().stringNode(text);
    }

    private static JsonNode wide(int width) {
        var wide = Json.MAPPER.createObjectNode();
        for (var i = 0; i < width; i++) {
            wide.put("member" + i, i);
        }
        return wide;
    }
}
