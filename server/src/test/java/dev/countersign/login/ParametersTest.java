package dev.countersign.login;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ParametersTest {
    @Test
    void theyAreDecodedOnce() {
        var parameters = Parameters.of("a=b%20c+d&e=%2541&f=&g");
        assertThat(parameters.get("a")).hasValue("b c d");
        assertThat(parameters.get("e")).hasValue("%41");
        assertThat(parameters.get("f")).isEmpty();
        assertThat(parameters.get("g")).isEmpty();
        assertThat(parameters.anySpoilt()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%zz", "a=%", "%zz=1", "a=1&a=2", "a=1&%61=1", "a=%00", "a=x%0d%0ay", "a=%C2%85"})
    void theSpoiltHaveNoValue(String query) {
        var parameters = Parameters.of(query);
        assertThat(parameters.anySpoilt()).isTrue();
        assertThat(parameters.get("a")).isEmpty();
    }

    @Test
    void aValueHasALongest() {
        assertThat(Parameters.of("a=" + "x".repeat(Parameters.MAX_VALUE)).anySpoilt())
                .isFalse();
        assertThat(Parameters.of("a=" + "x".repeat(Parameters.MAX_VALUE + 1)).anySpoilt())
                .isTrue();
    }
}
