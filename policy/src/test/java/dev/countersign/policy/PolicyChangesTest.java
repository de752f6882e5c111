package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PolicyChangesTest {
    private static PolicyChanges between(Map<String, String> before, Map<String, String> now)
            throws PolicyLoadException {
        var old = source(before);
        var fresh = source(now);
        return PolicyChanges.between(old, PolicySet.parse(old), fresh, PolicySet.parse(fresh));
    }

    private static PolicySource source(Map<String, String> files) {
        var all = new TreeMap<>(files);
        all.putIfAbsent("bank.cedarschema", Sets.SCHEMA);
        return new PolicySource(all);
    }

    private static String permit(String id, String condition) {
        return "@id(\"" + id + "\") permit (principal, action, resource) when { " + condition + " };\n";
    }

    @Test
    void namesWhatIsNewGoneAndDifferent() throws PolicyLoadException {
        var changes = between(
                Map.of("a.cedar", permit("stays", "true") + permit("goes", "true") + permit("turns", "true")),
                Map.of("a.cedar", permit("stays", "true") + permit("comes", "true") + permit("turns", "false")));
        assertThat(changes.added()).containsExactly("comes");
        assertThat(changes.removed()).containsExactly("goes");
        assertThat(changes.changed()).containsExactly("turns");
        assertThat(changes.files()).isEmpty();
    }

    @Test
    void aMoveACommentAndAnotherPlaceOnTheLineAreNoChange() throws PolicyLoadException {
        var changes = between(
                Map.of("a.cedar", permit("one", "true") + permit("two", "true")),
                Map.of("b.cedar", "// said\n" + permit("two", "true").strip() + permit("one", "true")));
        assertThat(changes).isEqualTo(between(Map.of(), Map.of()));
    }

    @Test
    void aChangedSchemaAndEntitiesAreNamed() throws PolicyLoadException {
        var changes = between(
                Map.of("a.cedar", ""), Map.of("bank.cedarschema", Sets.SCHEMA + "\n// said", "entities.json", "[]"));
        assertThat(changes.files()).containsExactly("bank.cedarschema", "entities.json");
    }
}
