package dev.countersign.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpUriTest {
    @ParameterizedTest
    @CsvSource({
        "https://bank.example/transfers, https://bank.example/transfers",
        "https://bank.example/transfers?a=b, https://bank.example/transfers#c",
        "https://BANK.example:443/a/../transfers, https://bank.example/transfers",
        "http://bank.example, http://bank.example:80/",
        "https://bank.example/%7euser, https://bank.example/~user",
        "https://bank.example/%c3%a4, https://bank.example/%C3%A4"
    })
    void theSameAfterNormalisation(String claimed, String actual) {
        assertThat(HttpUri.same(claimed, actual)).isTrue();
        assertThat(HttpUri.same(actual, claimed)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://bank.example/transfers, https://bank.example/Transfers",
        "https://bank.example/, http://bank.example/",
        "https://bank.example/, https://bank.example:8443/",
        "ftp://bank.example/, ftp://bank.example/",
        "https://alice@bank.example/, https://alice@bank.example/",
        "https:///transfers, https:///transfers",
        "'', ''",
        "/transfers, /transfers"
    })
    void notTheSameOrNoHttpUri(String claimed, String actual) {
        assertThat(HttpUri.same(claimed, actual)).isFalse();
    }
}
