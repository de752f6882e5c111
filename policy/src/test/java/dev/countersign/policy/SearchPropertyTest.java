package dev.countersign.policy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.Search.Budget;
import dev.countersign.policy.Search.Open;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Over random policies and hierarchies, a search finds exactly what evaluating every entity finds, page after page. */
final class SearchPropertyTest {
    private static final List<String> GROUPS =
            List.of("Group::\"g0\"", "Group::\"g1\"", "Group::\"g2\"", "Group::\"g3\"");

    @Property(tries = 2_000)
    void findsWhatEvaluatingEveryEntityFinds(
            @ForAll("policySets") List<String> policies,
            @ForAll("hierarchies") List<Entity> stored,
            @ForAll("sent") Entity principal,
            @ForAll Kind kind,
            @ForAll @IntRange(min = 1, max = 7) int page)
            throws PolicyLoadException {
        var text = String.join("\n", policies);
        var set = PolicySet.parseUnvalidated(new PolicySource(Map.of("p.cedar", text)));
        var search = search(kind, Entities.of(stored), principal);
        var expected = everyOne(set, search, stored);
        var found = set.search(search, null, Integer.MAX_VALUE, Budget.UNBOUNDED);
        Statistics.label("found")
                .collect(expected.isEmpty() ? "none" : "some")
                .coverage(coverage -> coverage.check("some").percentage(share -> share > 10));
        Statistics.label("evaluated")
                .collect(found.evaluated() < candidates(search, stored).size() ? "fewer" : "all")
                .coverage(coverage -> coverage.check("fewer").percentage(share -> share > 10));
        assertThat(ids(found.permitted())).as(text + "\n" + stored).isEqualTo(expected);
        assertThat(paged(set, search, page)).as(text + "\n" + stored).isEqualTo(expected);
    }

    /** What is searched for, and whether candidates are seen otherwise than they are stored. */
    enum Kind {
        PRINCIPALS,
        SEEN_PRINCIPALS,
        RESOURCES,
        SEEN_RESOURCES
    }

    private static Search search(Kind kind, Entities stored, Entity principal) {
        var who = new Request(new EntityUid("User", ""), read(), new EntityUid("Doc", "d1"), RecordValue.EMPTY);
        var what = new Request(principal.uid(), read(), new EntityUid("Doc", ""), RecordValue.EMPTY);
        var known = stored.with(List.of(principal));
        return switch (kind) {
            case PRINCIPALS -> Search.of(Open.PRINCIPAL, who, stored, SearchPropertyTest::nothing);
            case SEEN_PRINCIPALS ->
                new Search(
                        Open.PRINCIPAL,
                        who,
                        stored,
                        stored,
                        candidate -> stored.with(List.of(named(requireNonNull(stored.get(candidate))))),
                        SearchPropertyTest::nothing);
            case RESOURCES -> new Search(Open.RESOURCE, what, stored, known, null, SearchPropertyTest::nothing);
            case SEEN_RESOURCES ->
                new Search(
                        Open.RESOURCE,
                        what,
                        stored,
                        known,
                        candidate -> stored.with(List.of(principal, requireNonNull(stored.get(candidate)))),
                        SearchPropertyTest::nothing);
        };
    }

    /** With an attribute that is not stored. */
    private static Entity named(Entity user) {
        var attributes = new HashMap<>(user.attributes().members());
        attributes.put("name", new StringValue(user.uid().id()));
        return new Entity(user.uid(), RecordValue.of(attributes), user.parents(), user.tags());
    }

    private static List<EntityUid> candidates(Search search, List<Entity> stored) {
        var type = search.open() == Open.PRINCIPAL ? "User" : "Doc";
        return stored.stream()
                .map(Entity::uid)
                .filter(uid -> uid.type().equals(type))
                .sorted(Members.ORDER)
                .toList();
    }

    private static List<String> everyOne(PolicySet set, Search search, List<Entity> stored) {
        return candidates(search, stored).stream()
                .filter(uid ->
                        set.evaluate(search.about(uid), search.entities(uid)).answer(SearchPropertyTest::nothing)
                                instanceof Answer.Permit)
                .map(EntityUid::id)
                .toList();
    }

    /** Page by page, stopping early whenever it can. */
    private static List<String> paged(PolicySet set, Search search, int page) {
        var all = new ArrayList<String>();
        String after = null;
        do {
            var found = set.search(search, after, page, new Budget(page, () -> true));
            assertThat(found.permitted().size()).isLessThanOrEqualTo(page);
            all.addAll(ids(found.permitted()));
            after = found.last();
        } while (after != null);
        return all;
    }

    private static List<String> ids(List<EntityUid> uids) {
        return uids.stream().map(EntityUid::id).toList();
    }

    /** No requirement is met. */
    private static boolean nothing(Requirement requirement) {
        return false;
    }

    private static EntityUid read() {
        return new EntityUid("Action", "read");
    }

    private static EntityUid group(int i) {
        return new EntityUid("Group", "g" + i);
    }

    /** The principal as a request brings it along: with groups of its own. */
    @Provide
    Arbitrary<Entity> sent() {
        return Combinators.combine(Arbitraries.of("u0", "u1", "stranger"), groups())
                .as((id, groups) -> user(id, groups, 1));
    }

    @Provide
    Arbitrary<List<Entity>> hierarchies() {
        var above = groups().list().ofSize(4);
        var users = Combinators.combine(groups(), Arbitraries.integers().between(0, 2))
                .as(Placed::new)
                .list()
                .ofSize(4);
        var docs = Combinators.combine(groups(), Arbitraries.integers().between(0, 9))
                .as(Placed::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(14);
        return Combinators.combine(above, users, docs).as((groups, people, things) -> {
            var all = new ArrayList<Entity>();
            IntStream.range(0, groups.size()).forEach(i -> all.add(Entity.of(group(i), groups.get(i)))); // cycles too
            IntStream.range(0, people.size())
                    .forEach(i -> all.add(
                            user("u" + i, people.get(i).groups(), people.get(i).number())));
            IntStream.range(0, things.size()).forEach(i -> all.add(doc(i, things.get(i))));
            return all;
        });
    }

    private static Entity user(String id, Set<EntityUid> groups, int level) {
        var folder = new EntityUid("Group", "g" + level);
        return new Entity(
                new EntityUid("User", id),
                RecordValue.of(Map.of(
                        "level",
                        new LongValue(level),
                        "folder",
                        folder,
                        "folders",
                        SetValue.of(folder, group(3)),
                        "docs",
                        SetValue.of(new EntityUid("Doc", "d2"), new EntityUid("Doc", "d" + level)))),
                groups,
                RecordValue.EMPTY);
    }

    private static Entity doc(int i, Placed placed) {
        var parents = new HashSet<>(placed.groups());
        if (placed.number() > 7) {
            parents.add(new EntityUid("User", "u" + (placed.number() - 8))); // in a user, and where the user is
        }
        if (placed.number() == 5) {
            parents.add(new EntityUid("Doc", "d1"));
        }
        return new Entity(
                new EntityUid("Doc", "d" + i),
                RecordValue.of(
                        Map.of("owner", new EntityUid("User", "u" + placed.number() % 3), "readers", group(i % 4))),
                parents,
                RecordValue.EMPTY);
    }

    private record Placed(Set<EntityUid> groups, int number) {}

    private static Arbitrary<Set<EntityUid>> groups() {
        return Arbitraries.integers()
                .between(0, 3)
                .map(SearchPropertyTest::group)
                .set()
                .ofMaxSize(2)
                .map(set -> set.stream().collect(Collectors.toUnmodifiableSet()));
    }

    @Provide
    Arbitrary<List<String>> policySets() {
        return Arbitraries.frequencyOf(
                Tuple.of(4, policy().list().ofMinSize(1).ofMaxSize(6)),
                Tuple.of(1, policy().list().ofMinSize(SearchRun.FEW).ofMaxSize(2 * SearchRun.FEW)));
    }

    private static Arbitrary<String> policy() {
        return Combinators.combine(
                        Arbitraries.frequency(Tuple.of(4, "permit"), Tuple.of(1, "forbid")),
                        Arbitraries.of(heads("principal", "User", "u1")),
                        Arbitraries.of("action", "action == Action::\"read\"", "action == Action::\"write\""),
                        Arbitraries.of(heads("resource", "Doc", "d1")),
                        condition(2),
                        Arbitraries.frequency(Tuple.of(4, "when"), Tuple.of(1, "unless")))
                .as((effect, principal, action, resource, condition, kind) ->
                        "%s (%s, %s, %s) %s { %s };".formatted(effect, principal, action, resource, kind, condition));
    }

    private static List<String> heads(String part, String type, String id) {
        var heads = new ArrayList<>(List.of(
                part,
                part + " is " + type,
                part + " is Group",
                part + " == " + type + "::\"" + id + "\"",
                part + " in " + type + "::\"" + id + "\"",
                part + " is " + type + " in Group::\"g2\""));
        GROUPS.forEach(group -> heads.add(part + " in " + group));
        return heads;
    }

    private static Arbitrary<String> condition(int depth) {
        if (depth == 0) {
            return leaf();
        }
        var below = condition(depth - 1);
        return Arbitraries.oneOf(
                leaf(),
                Combinators.combine(below, Arbitraries.of("&&", "&&", "||"), below)
                        .as((left, operator, right) -> "((" + left + ") " + operator + " (" + right + "))"),
                below.map(operand -> "!(" + operand + ")"));
    }

    private static Arbitrary<String> leaf() {
        return Arbitraries.of(
                "true",
                "false",
                "principal in Group::\"g1\"",
                "principal in resource.readers",
                "principal == resource.owner",
                "resource.owner == principal",
                "principal is User in Group::\"g0\"",
                "principal is Group",
                "principal.level > 1",
                "principal.name == \"u1\"",
                "resource.owner.name == \"u1\"",
                "resource.owner has name",
                "principal.folder in Group::\"g2\"",
                "resource in (if principal has name then principal.folder else Group::\"g0\")",
                "principal.nothing",
                "resource.nothing == 1",
                "resource in Group::\"g1\"",
                "resource in [Group::\"g0\", Group::\"g3\"]",
                "resource in principal",
                "resource in principal.folder",
                "resource in principal.folders",
                "resource in principal.nothing",
                "resource in \"text\"",
                "resource is Doc in principal.folder",
                "resource == Doc::\"d1\"",
                "Doc::\"d3\" == resource",
                "principal.docs.contains(resource)",
                "[Doc::\"d1\", User::\"u1\", 1].contains(resource)",
                "resource is Doc",
                "resource is User",
                "principal has folder && resource in principal.folder",
                "action == Action::\"read\"");
    }
}
