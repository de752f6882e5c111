package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Policy packs side by side in one folder: each brings the shared schema and entities of its own. */
final class PacksInOneFolderTest {
    private static final String SHARED = "entity Group in [Group]; entity User in [Group] { name: String };";
    private static final Map<String, String> PACKS = Map.of(
            "bank/core.cedarschema",
            SHARED,
            "bank/bank.cedarschema",
            "entity Account; action read appliesTo { principal: User, resource: Account };",
            "bank/bank.cedar",
            "@id(\"tellers-read\") permit (principal in Group::\"tellers\", action == Action::\"read\", resource);",
            "bank/entities.json",
            "[" + group("tellers") + "," + user("bob", "tellers") + "]",
            "shop/core.cedarschema",
            SHARED,
            "shop/shop.cedarschema",
            "entity Shelf; action fill appliesTo { principal: User, resource: Shelf };",
            "shop/shop.cedar",
            "@id(\"clerks-fill\") permit (principal in Group::\"clerks\", action == Action::\"fill\", resource);",
            "shop/entities.json",
            "[" + group("clerks") + "," + user("eve", "clerks") + "]");

    private static String group(String id) {
        return "{\"uid\":{\"type\":\"Group\",\"id\":\"" + id + "\"},\"attrs\":{},\"parents\":[]}";
    }

    private static String user(String id, String group) {
        return "{\"uid\":{\"type\":\"User\",\"id\":\"" + id + "\"},\"attrs\":{\"name\":\"" + id
                + "\"},\"parents\":[{\"type\":\"Group\",\"id\":\"" + group + "\"}]}";
    }

    private static PolicySource with(String file, String text) {
        var files = new HashMap<>(PACKS);
        files.put(file, text);
        return new PolicySource(files);
    }

    @Test
    void theSharedSchemaCountsOnceAndAllEntitiesAreStored() throws Exception {
        var set = PolicySet.parse(new PolicySource(PACKS));
        assertThat(allowed(set, "bob", "read", "Account")).isTrue();
        assertThat(allowed(set, "eve", "fill", "Shelf")).isTrue();
        assertThat(allowed(set, "eve", "read", "Account")).isFalse();
        assertThat(allowed(set, "bob", "fill", "Shelf")).isFalse();
    }

    private static boolean allowed(PolicySet set, String user, String action, String resource) {
        return set.evaluate(new Request(
                        new EntityUid("User", user),
                        new EntityUid("Action", action),
                        new EntityUid(resource, "r"),
                        RecordValue.EMPTY))
                .isAllowed();
    }

    @Test
    void sharedSchemasThatDifferAreRefusedNamingBoth() {
        assertThat(Sets.faults(with("shop/core.cedarschema", SHARED + " entity Robot;")))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.reason()).contains("declared twice");
                    assertThat(fault.hint()).contains("bank/core.cedarschema and shop/core.cedarschema differ");
                });
    }

    @Test
    void anEntityThatSaysTheSameInTwoPacksIsOne() throws Exception {
        var set =
                PolicySet.parse(with("shop/entities.json", "[" + group("clerks") + "," + user("bob", "tellers") + "]"));
        assertThat(allowed(set, "bob", "read", "Account")).isTrue();
    }

    @Test
    void anEntityThatDiffersBetweenPacksIsRefusedNamingBoth() {
        assertThat(Sets.faults(with("shop/entities.json", "[" + group("clerks") + "," + user("bob", "clerks") + "]")))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.file()).isEqualTo("shop/entities.json");
                    assertThat(fault.reason()).contains("User::\"bob\" is given differently in bank/entities.json");
                });
    }

    @Test
    void entitiesOfEveryPackAreHeldToTheSchema() {
        assertThat(Sets.faults(with(
                        "shop/entities.json",
                        "[{\"uid\":{\"type\":\"User\",\"id\":\"x\"},\"attrs\":{},\"parents\":[]}]")))
                .singleElement()
                .satisfies(fault -> assertThat(fault.file()).contains("shop/entities.json"));
    }

    @Test
    void onePolicyIdStandsInOnePackOnly() {
        assertThat(Sets.faults(with(
                        "shop/shop.cedar",
                        "@id(\"tellers-read\") permit (principal, action == Action::\"fill\", resource);")))
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("stands already in bank/bank.cedar"));
    }
}
