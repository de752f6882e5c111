package dev.countersign.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class StoryTest {
    @Test
    void everyStepOfTheStoryGoesAsExpected() {
        var steps = new ArrayList<Step>();
        try (var demo = DemoDeployment.start()) {
            Story.walk(demo, InstantSource.system(), steps::add);
        }
        assertThat(steps)
                .hasSizeGreaterThanOrEqualTo(18)
                .allSatisfy(step -> assertThat(step.ok()).as("%s", step).isTrue());
    }
}
