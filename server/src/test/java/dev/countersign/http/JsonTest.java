package dev.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e999999998400",
                "-1E+99999999999",
                "1e-999999998400",
                "[{\"a\":0.1e21474836480}]",
                "{\"a\":0.1e-21474836480}",
                "[1e999999999]",
                "[0e999999999]",
                "[1.5E-500]",
                "[1e401]"
            })
    void aNumberBeyondAllUseIsRefused(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(400));
    }

    @Test
    void numbersWithAnExponentKeepTheirValue() {
        assertThat(read("[1e308]").get(0).decimalValue()).isEqualByComparingTo("1e308");
        assertThat(read("{\"a\":\"1e999999999\",\"b\":2.5E-3}").get("b").decimalValue())
                .isEqualByComparingTo("0.0025");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"x\u007f\"}",
                "{\"a\":\"x\u0085\"}",
                "{\"a\":\"x\u0001\"}",
                "{\"a\":[{\"b\":\"\\u0000\"}]}",
                "{\"a\":\"\\n\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\u007f\":1}",
                "{\"\\u007f\":1}",
                "{\"ä\":\"\\t\"}"
            })
    void aControlCharacterIsRefusedHoweverItIsWritten(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"a\":1}", "[{\"b\":{\"c\":1,\"d\":2,\"c\":3}}]", "{\"a\":1,\"\\u0061\":2}"})
    void aDuplicateMemberIsRefusedHoweverItIsWritten(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo("duplicate-member"));
    }

    @Test
    void whitespaceBetweenTokensIsNoControlCharacter() {
        assertThat(read("{\r\n\t\"a\" : \"b\" }").get("a").stringValue()).isEqualTo("b");
    }

    @Test
    void textOfAnyLanguageIsRead() {
        assertThat(read("{\"payee\":\"Bäckerei 東京 \\\"😀\\\"\"}").get("payee").stringValue())
                .isEqualTo("Bäckerei 東京 \"😀\"");
    }

    private static tools.jackson.databind.JsonNode read(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
