package dev.countersign.lab.bench;

import dev.countersign.policy.Entities;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySource;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Request;
import dev.countersign.policy.Search;
import dev.countersign.policy.Search.Budget;
import dev.countersign.policy.Search.Open;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which of 100,000 documents may someone read, where policies name them by group? Against evaluating every document, on the
 * same entities in the same run: once where one shelf in a hundred is theirs, and once where all are. Times are of the
 * searching thread's processor, so that whatever else runs on the machine counts less.
 */
public final class SearchBench implements Bench {
    private static final double GOAL_MILLIS = 100;
    private static final double LINEAR = 1.5;
    private static final int DOCUMENTS = 100_000;
    private static final int FOLDERS = 1_000;
    private static final int SHELVES = 100;
    private static final int OTHER_POLICIES = 1_000;
    private static final int SMALL_PAGE = 100;
    private static final int PAGE = 1_000;

    private static final String SCHEMA = """
            entity Group;
            entity User in [Group];
            entity Shelf;
            entity Folder in [Shelf];
            entity Document in [Folder] { sealed: Bool };
            action read appliesTo { principal: User, resource: Document, context: { hour: Long } };
            """;

    private static final int LEAST_RUNS = 6;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final List<String> IDS =
            IntStream.range(0, DOCUMENTS).mapToObj("d%06d"::formatted).toList();

    private final Duration time;

    public SearchBench() {
        this(Duration.ofSeconds(2));
    }

    /** For tests: shorter measurements. */
    SearchBench(Duration time) {
        this.time = time;
    }

    @Override
    public String name() {
        return "search";
    }

    @Override
    public Result run() throws Exception {
        var policies = policies();
        var first = entities();
        // The first search ever also makes the hierarchy seen from above: once for each version of the entities.
        var cold = cpuMillis(() -> all(policies, search(first, "all"), DOCUMENTS));
        var entities = entities();
        var one = search(entities, "one");
        var every = search(entities, "all");
        requireAgreement(policies, entities, one);

        var shelf = median(() -> all(policies, one, DOCUMENTS));
        var page = median(
                () -> policies.search(every, null, SMALL_PAGE, Budget.UNBOUNDED).evaluated());
        var whole = median(() -> all(policies, every, DOCUMENTS));
        var paged = median(() -> all(policies, every, PAGE));
        var evaluated = median(() -> evaluateEach(policies, entities, one));
        var wholly = median(() -> evaluateEach(policies, entities, every));
        var next = entities();
        var warm = cpuMillis(() -> all(policies, search(next, "all"), DOCUMENTS));

        var details = new LinkedHashMap<String, Object>();
        details.put("documents", DOCUMENTS);
        details.put("policies", policies.policies().size());
        details.put("first_search_of_a_new_process_ms", round(cold));
        details.put("first_search_of_new_entities_ms", round(warm));
        details.put("one_shelf_of_" + SHELVES + "_ms", round(shelf));
        details.put("evaluating_each_for_it_ms", round(evaluated));
        details.put("all_first_page_of_" + SMALL_PAGE + "_ms", round(page));
        details.put("all_in_one_page_ms", round(whole));
        details.put("all_in_pages_of_" + PAGE + "_ms", round(paged));
        details.put("evaluating_each_for_all_ms", round(wholly));
        details.put("paged_to_whole", round(paged / whole));
        var ok = shelf <= GOAL_MILLIS
                && page <= GOAL_MILLIS
                && whole <= GOAL_MILLIS
                && paged <= LINEAR * whole
                && shelf < evaluated;
        return new Result(
                name(),
                "%,d documents, by group: any page <= %.0f ms; all pages of %,d <= %.1fx one page of all"
                        .formatted(DOCUMENTS, GOAL_MILLIS, PAGE, LINEAR),
                round(Math.max(Math.max(shelf, page), whole)),
                "ms",
                round(evaluated / shelf),
                ok,
                details);
    }

    private static PolicySet policies() throws PolicyLoadException {
        var text = new StringBuilder("""
                permit (principal in Group::"one", action == Action::"read", resource in Shelf::"s7")
                when { context.hour > 6 };
                permit (principal in Group::"all", action == Action::"read", resource is Document)
                when { resource in Shelf::"s0" || resource in Shelf::"everything" };
                forbid (principal, action == Action::"read", resource is Document) when { resource.sealed };
                """);
        for (var i = 0; i < OTHER_POLICIES; i++) {
            text.append(
                    "permit (principal == User::\"u%d\", action == Action::\"read\", resource in Folder::\"f%d\");\n"
                            .formatted(i, i));
        }
        return PolicySet.parse(new PolicySource(Map.of("bench.cedar", text.toString(), "bench.cedarschema", SCHEMA)));
    }

    private static Entities entities() {
        var all = new ArrayList<Entity>();
        var everything = new EntityUid("Shelf", "everything");
        for (var shelf = 0; shelf < SHELVES; shelf++) {
            all.add(Entity.of(new EntityUid("Shelf", "s" + shelf), Set.of(everything)));
        }
        for (var folder = 0; folder < FOLDERS; folder++) {
            all.add(Entity.of(
                    new EntityUid("Folder", "f" + folder), Set.of(new EntityUid("Shelf", "s" + folder % SHELVES))));
        }
        for (var document = 0; document < DOCUMENTS; document++) {
            all.add(new Entity(
                    new EntityUid("Document", IDS.get((int) (document * 7_919L % DOCUMENTS))),
                    RecordValue.builder().put("sealed", document % 50 == 0).build(),
                    Set.of(new EntityUid("Folder", "f" + document % FOLDERS)),
                    RecordValue.EMPTY));
        }
        for (var group : List.of("one", "all")) {
            all.add(Entity.of(new EntityUid("User", "user-" + group), Set.of(new EntityUid("Group", group))));
        }
        return Entities.of(all);
    }

    private static Search search(Entities entities, String group) {
        return Search.of(Open.RESOURCE, request(group, ""), entities, requirement -> false);
    }

    private static Request request(String group, String document) {
        return new Request(
                new EntityUid("User", "user-" + group),
                new EntityUid("Action", "read"),
                new EntityUid("Document", document),
                RecordValue.builder().put("hour", 12).build());
    }

    /** Every page, one after the other: how many were found. */
    private static long all(PolicySet policies, Search search, int page) {
        var found = 0L;
        @Nullable String after = null;
        do {
            var next = policies.search(search, after, page, Budget.UNBOUNDED);
            found += next.permitted().size();
            after = next.last();
        } while (after != null);
        return found;
    }

    private static long evaluateEach(PolicySet policies, Entities entities, Search search) {
        var group = search.request().principal().id().substring("user-".length());
        var found = 0L;
        for (var document : IDS) {
            found += policies.evaluate(request(group, document), entities).isAllowed() ? 1 : 0;
        }
        return found;
    }

    private static void requireAgreement(PolicySet policies, Entities entities, Search search) {
        var found = all(policies, search, PAGE);
        if (found == 0 || found != evaluateEach(policies, entities, search)) {
            throw new IllegalStateException("the search finds " + found + ", evaluating each finds otherwise");
        }
    }

    private double median(LongSupplier each) {
        var end = System.nanoTime() + time.toNanos();
        var times = new ArrayList<Double>();
        while (System.nanoTime() < end || times.size() < LEAST_RUNS) {
            times.add(cpuMillis(each));
        }
        var settled = times.subList(times.size() / 2, times.size()); // the first half warms up
        return settled.stream().sorted().toList().get(settled.size() / 2);
    }

    private static double cpuMillis(LongSupplier once) {
        var begin = THREADS.getCurrentThreadCpuTime();
        if (once.getAsLong() == 0) {
            throw new IllegalStateException("nothing was found");
        }
        return (THREADS.getCurrentThreadCpuTime() - begin) / 1e6;
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
