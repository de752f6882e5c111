package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Explanations and values as they are printed. */
final class ExplanationJsonTest {
    private static Explanation explain(String policies, RecordValue context) {
        return Sets.of(policies).explain(Sets.transfer(context), Entities.EMPTY);
    }

    @Test
    void everythingIsWritten() {
        var json = ExplanationJson.write(explain(
                "@id(\"p\") permit (principal, action, resource);\n@id(\"f\") @text(\"too many\") forbid (principal, action, resource) when { context.n > 5 };",
                RecordValue.builder().put("n", 7).build()));
        assertThat(json.get("decision").stringValue()).isEqualTo("deny");
        assertThat(json.get("reason").stringValue()).isEqualTo("forbidden");
        assertThat(json.get("deciding").get(0).stringValue()).isEqualTo("f");
        var policy = json.get("policies").get(1);
        assertThat(policy.get("text").stringValue()).isEqualTo("too many");
        assertThat(policy.get("conditions"))
                .hasToString(
                        "[{\"file\":\"bank.cedar\",\"line\":2,\"column\":72,\"source\":\"context.n > 5\",\"outcome\":\"true\","
                                + "\"values\":[{\"path\":\"context.n\",\"value\":\"7\"}],\"kind\":\"when\",\"holds\":true,\"reached\":true}]");
        assertThat(json.get("changes").get(0))
                .hasToString("{\"kind\":\"context\",\"what\":\"context.n\",\"from\":\"7\",\"to\":\"5\",\"answer\":"
                        + "{\"decision\":\"permit\",\"reason\":\"permitted\",\"deciding\":[\"p\"]}}");
    }

    @Test
    void whatIsTooLongIsToldWithLessDetail() {
        var many = new StringBuilder("@id(\"f\") forbid (principal, action, resource);");
        for (var i = 0; i < 100; i++) {
            many.append("permit (principal, action, resource) when { context.n == ")
                    .append(i + 10)
                    .append(" };\n");
        }
        var explanation =
                explain(many.toString(), RecordValue.builder().put("n", 1).build());
        var whole = ExplanationJson.write(explanation).toString().length();
        for (var most : List.of(whole - 1, 20_000, 8_000, 2_000, 100)) {
            var json = ExplanationJson.write(explanation, most);
            assertThat(json.toString().length()).isLessThanOrEqualTo(most);
            assertThat(json.get("shortened").booleanValue()).isTrue();
        }
        var few = ExplanationJson.write(explanation, 8_000);
        assertThat(few.get("policies").size()).isEqualTo(20);
        assertThat(few.get("policies").get(0).get("decided").booleanValue()).isTrue();
        assertThat(few.get("omitted").intValue()).isEqualTo(81);
        assertThat(ExplanationJson.write(explanation, 2_000).get("policies").size())
                .isEqualTo(3);
        assertThat(ExplanationJson.write(explanation, whole).has("shortened")).isFalse();
    }

    @Test
    void longValuesAreCut() {
        assertThat(ValueText.of(new StringValue("x".repeat(5_000))))
                .hasSize(ValueText.MAX_LENGTH + 1)
                .endsWith("…");
        var set = SetValue.of(java.util.stream.LongStream.range(0, 10_000)
                .mapToObj(LongValue::new)
                .toList());
        assertThat(ValueText.of(set)).startsWith("[0, 1, 2").hasSize(ValueText.MAX_LENGTH + 1);
        assertThat(ValueText.cut("ab🔑", 3)).isEqualTo("ab…");
    }

    @Test
    void valuesAreWrittenAsPoliciesWriteThem() {
        assertThat(ValueText.of(RecordValue.builder()
                        .put("a", "x\"y\n")
                        .put("b", SetValue.of(Bool.TRUE, DecimalValue.parse("2500.0")))
                        .build()))
                .isEqualTo("{a: \"x\\\"y\\n\", b: [true, decimal(\"2500.00\")]}");
        assertThat(ValueText.of(DecimalValue.parse("0.0001"))).isEqualTo("decimal(\"0.0001\")");
        assertThat(ValueText.of(null)).isEqualTo("(absent)");
    }
}
