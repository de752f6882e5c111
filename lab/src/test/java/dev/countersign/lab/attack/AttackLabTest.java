package dev.countersign.lab.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttackLabTest {
    static List<Attack> attacks() {
        return AttackCommand.all();
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void isBlockedWhileTheHonestActionSucceeds(Attack attack) {
        assertThat(attack.perform()).matches(Finding::ok, "blocked, control ok");
    }
}
