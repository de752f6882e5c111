package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.countersign.policy.Search.Budget;
import dev.countersign.policy.Search.Open;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a search looks at, where it stops, and what it leaves out. */
final class SearchTest {
    private static final Predicate<Requirement> NOTHING = Set.<Requirement>of()::contains;
    private static final RecordValue CONTEXT = RecordValue.builder().put("n", 1).build();
    private static final int ACCOUNTS = 1_000;

    /** A thousand accounts, ten in each of a hundred books; book-7 and book-8 are in desk-1. */
    private static Entities accounts() {
        var all = new ArrayList<Entity>();
        for (var i = 0; i < ACCOUNTS; i++) {
            var owner = i % 100 == 0 ? "alice" : "bob";
            all.add(new Entity(
                    account("a%04d".formatted(i)),
                    RecordValue.of(Map.of("owner", new StringValue(owner))),
                    Set.of(account("book-" + i / 10)),
                    RecordValue.EMPTY));
        }
        for (var book = 0; book < ACCOUNTS / 10; book++) {
            all.add(Entity.of(account("book-" + book), book == 7 || book == 8 ? Set.of(account("desk-1")) : Set.of()));
        }
        all.add(Entity.of(account("desk-1"), Set.of()));
        all.add(new Entity(
                Sets.ALICE,
                RecordValue.of(Map.of("name", new StringValue("alice"))),
                Set.of(new EntityUid("Group", "staff")),
                RecordValue.EMPTY));
        return Entities.of(all);
    }

    private static EntityUid account(String id) {
        return new EntityUid("Account", id);
    }

    private static Found found(String policies) {
        return found(policies, null, Integer.MAX_VALUE, Budget.UNBOUNDED);
    }

    private static Found found(String policies, @Nullable String after, int limit, Budget budget) {
        var request = new Request(Sets.ALICE, new EntityUid("Action", "read"), account(""), CONTEXT);
        return Sets.of(policies).search(Search.of(Open.RESOURCE, request, accounts(), NOTHING), after, limit, budget);
    }

    @Test
    void onlyWhatIsInTheGroupIsLookedAt() {
        var found = found("permit (principal, action, resource in Account::\"desk-1\");");
        assertThat(found.permitted()).hasSize(23).contains(account("a0070"), account("book-7"), account("desk-1"));
        assertThat(found.evaluated()).isEqualTo(23);
        assertThat(found.last()).isNull();
    }

    @Test
    void conditionsBoundAsHeadsDo() {
        for (var condition : List.of(
                "resource in Account::\"book-7\"",
                "principal has name && resource in Account::\"book-7\" && context.n == 1",
                "resource in [Account::\"book-7\"]",
                "resource is Account in Account::\"book-7\"",
                "resource == Account::\"book-7\" || resource in [Account::\"book-7\"]")) {
            var found = found("permit (principal, action, resource) when { " + condition + " };");
            assertThat(found.permitted()).as(condition).hasSize(11);
            assertThat(found.evaluated()).as(condition).isEqualTo(11);
        }
    }

    @Test
    void aPermitThatCannotApplyAddsNothing() {
        for (var permit : List.of(
                "permit (principal == User::\"bob\", action, resource);",
                "permit (principal in Group::\"auditors\", action, resource);",
                "permit (principal, action == Action::\"transfer\", resource);",
                "permit (principal, action, resource) when { context.n > 1 };",
                "permit (principal, action, resource) when { principal has level && principal.level > 1 };",
                "permit (principal, action, resource) when { context.n + 9223372036854775807 > 0 };",
                "permit (principal, action, resource) unless { context.n == 1 };",
                "permit (principal, action, resource) when { resource in Account::\"nowhere\" };")) {
            assertThat(found(permit).evaluated()).as(permit).isZero();
        }
    }

    @Test
    void aPermitThatBoundsNothingMakesEveryEntityACandidate() {
        var found = found(
                "permit (principal, action, resource) when { principal has name && resource has owner && resource.owner == principal.name };");
        assertThat(found.permitted()).hasSize(10);
        assertThat(found.evaluated()).isEqualTo(ACCOUNTS + 101);
    }

    @Test
    void forbidsCount() {
        var permit = "permit (principal, action, resource in Account::\"desk-1\");";
        assertThat(found(permit + "forbid (principal, action, resource in Account::\"book-8\");")
                        .permitted())
                .hasSize(12);
        // A forbid that cannot be evaluated closes the door of each.
        assertThat(found(permit + "forbid (principal, action, resource) when { context.n + 9223372036854775807 > 0 };")
                        .permitted())
                .isEmpty();
    }

    @Test
    void whatARequirementStandsBeforeIsWithheldAndItsRequirementsAreTold() {
        var found = found("""
                permit (principal, action, resource in Account::"desk-1");
                @require("step-up") @max_age("5m") forbid (principal, action, resource in Account::"book-8");
                @require("step-up") @max_age("1m") forbid (principal, action, resource == Account::"a0080");
                @require("proof") forbid (principal, action, resource == Account::"a0081");
                """);
        assertThat(found.permitted()).hasSize(12).doesNotContain(account("a0080"));
        assertThat(found.withheld()).isEqualTo(11);
        assertThat(found.requirements())
                .hasAtLeastOneElementOfType(Requirement.Proof.class)
                .filteredOn(Requirement.StepUp.class::isInstance)
                .singleElement()
                .satisfies(stepUp ->
                        assertThat(((Requirement.StepUp) stepUp).maxAge()).hasMinutes(1));
    }

    @Test
    void aSpentBudgetEndsThePageAndTheNextOneGoesOn() {
        var all = "permit (principal, action, resource in Account::\"desk-1\");";
        var first = found(all, null, 100, new Budget(5, () -> false));
        assertThat(first.permitted()).hasSize(5);
        assertThat(first.last()).isEqualTo(first.permitted().getLast().id());
        var rest = found(all, first.last(), 100, Budget.UNBOUNDED);
        assertThat(rest.permitted()).hasSize(18).doesNotContainAnyElementsOf(first.permitted());
        assertThatIllegalArgumentException().isThrownBy(() -> new Budget(0, () -> false));
    }

    @Test
    void timeThatIsUpEndsThePageEvenWhereNothingIsFound() {
        var none = "permit (principal, action, resource) when { resource has owner && resource.owner == \"carol\" };";
        var pages = 0;
        String after = null;
        do {
            var found = found(none, after, 10, new Budget(Integer.MAX_VALUE, () -> true));
            assertThat(found.evaluated()).isBetween(1, SearchRun.STRIDE);
            after = found.last();
            pages++;
        } while (after != null);
        assertThat(pages).isEqualTo((ACCOUNTS + 101 + SearchRun.STRIDE - 1) / SearchRun.STRIDE);
    }

    @Test
    void aPageOfNoneSaysThatThereAreMore() {
        assertThat(found("permit (principal, action, resource);", null, 0, Budget.UNBOUNDED)
                        .last())
                .isNotNull();
        assertThat(found("", null, 0, Budget.UNBOUNDED).last()).isNull();
    }

    @Test
    void anEntityInSeveralListsIsFoundOnceAndInOrder() {
        var found = found("""
                permit (principal, action, resource in Account::"desk-1");
                permit (principal, action, resource in Account::"book-8");
                permit (principal, action, resource == Account::"a0085");
                permit (principal, action, resource == Account::"a0001");
                permit (principal, action, resource == Account::"not-stored");
                """);
        assertThat(found.permitted()).hasSize(24).doesNotHaveDuplicates().isSortedAccordingTo(Members.ORDER);
    }

    @Test
    void actionsAreThoseOfTheSchemaThatApply() {
        var set = Sets.of("""
                permit (principal, action in Action::"write", resource) when { context.n == 1 };
                forbid (principal, action == Action::"transfer", resource in Account::"book-8");
                """);
        assertThat(actions(set, Sets.ALICE, account("a0070"))).containsExactly("read", "transfer");
        assertThat(actions(set, Sets.ALICE, account("a0080"))).containsExactly("read");
        assertThat(actions(set, account("a0070"), Sets.ALICE)).isEmpty();
    }

    private static List<String> actions(PolicySet set, EntityUid principal, EntityUid resource) {
        var request = new Request(principal, new EntityUid("Action", ""), resource, CONTEXT);
        return set
                .search(
                        Search.of(Open.ACTION, request, withActions(set, accounts()), NOTHING),
                        null,
                        10,
                        Budget.UNBOUNDED)
                .permitted()
                .stream()
                .map(EntityUid::id)
                .toList();
    }

    /** Those and the schema's actions with their groups. */
    private static Entities withActions(PolicySet set, Entities entities) {
        var all = new ArrayList<Entity>();
        entities.forEach(all::add);
        return set.entities().with(all);
    }

    @Test
    void theSchemaSaysWhichTypesThereAre() {
        var types = Sets.of("").requests();
        assertThat(types.declares("Account")).isTrue();
        assertThat(types.declares("Ghost")).isFalse();
        assertThat(types.declares("Action")).isFalse();
        assertThat(types.actions("User", "Account")).extracting(EntityUid::id).containsExactly("read", "transfer");
        assertThat(types.actions("User", "User")).isEmpty();
    }

    @Test
    void theHierarchySeenFromAboveIsMadeOnce() {
        var entities = accounts();
        var members = entities.members();
        assertThat(entities.members()).isSameAs(members);
        var desk = members.in(account("desk-1"), "Account");
        assertThat(desk).hasSize(23);
        assertThat(members.in(account("desk-1"), "Account")).isSameAs(desk);
        assertThat(members.in(account("desk-1"), "User")).isEmpty();
        assertThat(entities.with(List.of(Entity.of(account("a0070"), Set.of())))
                        .members()
                        .in(account("desk-1"), "Account"))
                .hasSize(22);
    }
}
