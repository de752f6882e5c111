package dev.countersign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.policy.Entities;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.StringValue;
import dev.countersign.session.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is one person. */
final class PolicyDirectoryTest {
    @Test
    void accountsLeadToOnePersonHoweverManyStepsAway() {
        var directory = directory("a>b", "b>c", "x>c", "y>y");
        for (var name : List.of("a", "b", "c", "x")) {
            assertThat(directory.one(new Person(name))).isEqualTo(new Person("c"));
        }
        assertThat(directory.one(new Person("y"))).isEqualTo(new Person("y"));
        assertThat(directory.one(new Person("z"))).isEqualTo(new Person("z"));
    }

    @Test
    void thoseOfACircleAreOnePerson() {
        var directory = directory("c>a", "a>b", "b>c", "into>b");
        for (var name : List.of("a", "b", "c", "into")) {
            assertThat(directory.one(new Person(name))).isEqualTo(new Person("a"));
        }
    }

    @Test
    void aChainWithoutEndIsAnErrorAndNobody() {
        var links = new ArrayList<String>();
        for (var i = 0; i <= PolicyDirectory.MAX_ALIASES; i++) {
            links.add("n" + i + ">n" + (i + 1));
        }
        var directory = directory(links.toArray(String[]::new));
        assertThatThrownBy(() -> directory.one(new Person("n0"))).isInstanceOf(IllegalStateException.class);
    }

    private static PolicyDirectory directory(String... links) {
        var entities = new ArrayList<Entity>();
        for (var link : links) {
            var ends = link.split(">", 2);
            entities.add(new Entity(
                    new EntityUid("User", ends[0]),
                    RecordValue.of(Map.of("person", new StringValue(ends[1]))),
                    Set.of(),
                    RecordValue.EMPTY));
        }
        var all = Entities.of(entities);
        return new PolicyDirectory(() -> all);
    }
}
