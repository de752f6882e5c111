package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.ExpressionSyntax.Form;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Every expression is read as the reference reads it, so that every part has its place. */
final class SourcedPolicyTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static void readsAsTheReference(String policies) throws Exception {
        var source = new SourceText("p.cedar", policies);
        for (var text = PolicyText.next(source, null); text != null; text = PolicyText.next(source, text)) {
            var set = com.cedarpolicy.model.policy.PolicySet.parsePolicies(text.text());
            if (set.policies.isEmpty()) {
                continue; // a template
            }
            var est = JSON.readTree(set.policies.iterator().next().toJson());
            var layout = PolicyLayout.of(text);
            assertThat(layout.head()).hasSize(3);
            assertThat(layout.conditions()).hasSameSizeAs(est.path("conditions"));
            for (var i = 0; i < layout.conditions().size(); i++) {
                var condition = layout.conditions().get(i);
                assertThat(ExpressionSyntax.read(condition.tokens()).est())
                        .as(condition.source().text())
                        .isEqualTo(est.get("conditions").get(i).get("body"));
            }
        }
    }

    @Test
    void everyConditionOfTheCorpusIsReadAsTheReferenceReadsIt() throws Exception {
        var files = CorpusFiles.read(Path.of("src/test/resources/cedar/corpus.tar.gz"));
        var read = 0;
        for (var file : files.entrySet()) {
            if (file.getKey().endsWith(".cedar")) {
                readsAsTheReference(file.getValue());
                read++;
            }
        }
        assertThat(read).isGreaterThan(100);
    }

    @Test
    void everyFormOfTheGrammarIsReadAsTheReferenceReadsIt() throws Exception {
        for (var expression : List.of(
                "- - 5 == -(-5) && -9223372036854775808 < -context.n",
                "!!context.a.b || !(context[\"a b\"] has \"c d\")",
                "principal has a.b.c && a::B::\"x\\u{41}\\\"\" != principal",
                "principal is A::B in [C::\"d\", C::\"e\"] || principal is A",
                "context.text like \"a*b\\*\\u{41}\\\\c é🔑*\" // a comment with } and \"",
                "1 + 2 - 3 * context.n * (4 - 1) < 5",
                "(true && false) && (true && (true || false) || true)",
                "if context.a then [1, \"a\", [true], {}].contains(2) else {a: 1, \"b c\": principal} == context",
                "ip(\"1.2.3.4\").isInRange(context.ip) && decimal(\"1.0\").lessThan(context.x)",
                "context.s.containsAny([]) || context.s.isEmpty() || principal.hasTag(\"x\") && principal.getTag(\"x\") == 1",
                "context.at.offset(duration(\"1h\")).toTime() >= duration(\"-1d2h\")",
                "(if true then 1 else 2) == {\"a\": 1}.a && (if true then principal else resource).b")) {
            readsAsTheReference(
                    "@id(\"x\") @note permit (principal == A::\"b\", action in [Action::\"c\", Action::\"d\"],\n"
                            + "resource is A::B in A::\"b\",) when { " + expression + "\n} unless { false };");
        }
    }

    @Test
    void partsStandWhereTheyStand() throws Exception {
        var file =
                "// é\n\npermit (\n  principal is User, action,\n  resource in Account::\"a\")\nwhen {\n\tcontext.n == 1 && (\n    context.n > 2 ||\n    !(context has text)) };\n";
        var text = Objects.requireNonNull(PolicyText.next(new SourceText("a.cedar", file), null));
        var layout = PolicyLayout.of(text);
        assertThat(layout.head())
                .extracting(SourceRange::place)
                .containsExactly("a.cedar:4:3", "a.cedar:4:22", "a.cedar:5:3");
        assertThat(layout.head())
                .extracting(SourceRange::text)
                .containsExactly("principal is User", "action", "resource in Account::\"a\"");
        var policy = DeepStack.load(() -> SourcedPolicy.of(compiled(file), text));
        assertThat(policy.source().place()).isEqualTo("a.cedar:3:1");
        var all = policy.conditions().getFirst().piece();
        assertThat(all.form()).isEqualTo(Form.ALL);
        assertThat(all.source().place()).isEqualTo("a.cedar:7:2");
        var any = all.pieces().get(1);
        assertThat(any.form()).isEqualTo(Form.ANY);
        assertThat(any.source().place()).isEqualTo("a.cedar:7:20");
        assertThat(any.pieces())
                .extracting(piece -> piece.source().place())
                .containsExactly("a.cedar:8:5", "a.cedar:9:5");
        assertThat(any.pieces())
                .extracting(piece -> piece.source().text())
                .containsExactly("context.n > 2", "!(context has text)");
        assertThat(any.pieces().get(1).pieces().getFirst().source().place()).isEqualTo("a.cedar:9:6");
    }

    private static CompiledPolicy compiled(String file) throws Exception {
        var est = JSON.readTree(com.cedarpolicy.model.policy.PolicySet.parsePolicies(file)
                .policies
                .iterator()
                .next()
                .toJson());
        var policy = new Policy("p", Effect.PERMIT, Map.of(), List.of(), "", "a.cedar", 1, null);
        return CompiledPolicy.of(0, policy, est, new ExpressionCompiler());
    }
}
