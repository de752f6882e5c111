package dev.countersign.policy;

import static java.util.Comparator.comparing;

import dev.countersign.policy.Bound.Within;
import dev.countersign.policy.ScopeIndex.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;

/**
 * What a search must look at: the union, over every permit that can apply to the known parts, of the entities that its head
 * and conditions allow the open part to be. Never leaves out what a permit permits; what is found is evaluated.
 *
 * <p>{@code open in …} and {@code open == …} are read off, with the other side evaluated beforehand. A permit that bounds the
 * open part by nothing makes every entity of the type a candidate.
 *
 * @param all in order, candidates or not
 * @param ranks of the candidates among them
 */
record Candidates(EntityUid[] all, PrimitiveIterator.OfInt ranks) {
    /**
     * @param permits those that can apply
     * @param after only ids after it, or null for all
     */
    static Candidates of(Search search, RequestSchema schema, List<Residual.Rule> permits, @Nullable String after) {
        if (search.open() == Search.Open.ACTION) {
            var actions = actions(search, schema);
            var first = first(actions, after);
            return new Candidates(actions, Ranks.all(permits.isEmpty() ? first : actions.length, first));
        }
        var place = new Place(search, search.open().part(), new Environment(search.request(), search.known()));
        var all = search.stored().members().ofType(place.type());
        var first = first(all, after);
        var lists = new ArrayList<int[]>();
        for (var permit : permits) {
            var bounded = place.narrowest(permit.policy());
            if (bounded == null) {
                return new Candidates(all, Ranks.all(all.length, first));
            }
            lists.addAll(bounded);
        }
        return new Candidates(all, Ranks.of(lists, first));
    }

    private static EntityUid[] actions(Search search, RequestSchema schema) {
        var request = search.request();
        return schema.actions(request.principal().type(), request.resource().type()).stream()
                .filter(action -> action.type().equals(request.action().type()))
                .toArray(EntityUid[]::new);
    }

    private static int first(EntityUid[] all, @Nullable String after) {
        if (after == null) {
            return 0;
        }
        var at = Arrays.binarySearch(all, new EntityUid("", after), comparing(EntityUid::id));
        return at < 0 ? -at - 1 : at + 1;
    }

    /** Where the open part can be. */
    private record Place(Search search, Part open, Environment known) {
        String type() {
            return open.of(search.request()).type();
        }

        /** The shortest of what each bound of the permit allows, or null when none bounds the open part. */
        @Nullable
        List<int[]> narrowest(CompiledPolicy permit) {
            var best = head(open == Part.PRINCIPAL ? permit.principal() : permit.resource());
            for (var conjunct : permit.conjuncts()) {
                var bound = conjunct.bound();
                if (bound != null && bound.part() == open) {
                    best = shorter(best, condition(bound));
                }
            }
            return best;
        }

        private static @Nullable List<int[]> shorter(@Nullable List<int[]> a, @Nullable List<int[]> b) {
            if (a == null || b == null) {
                return a == null ? b : a;
            }
            return size(b) < size(a) ? b : a;
        }

        private static long size(List<int[]> lists) {
            return lists.stream().mapToLong(list -> list.length).sum();
        }

        /** What a permit's head allows, or null for everything of the type. */
        private @Nullable List<int[]> head(Scope scope) {
            if (scope.type() != null && !scope.type().equals(type())) {
                return List.of();
            }
            return scope.entities() == null ? null : within(scope.entities(), scope.exact());
        }

        /** What a condition allows, or null for everything of the type. */
        private @Nullable List<int[]> condition(Bound bound) {
            var lists = new ArrayList<int[]>();
            for (var within : bound.anyOf()) {
                var found = condition(within);
                if (found == null) {
                    return null;
                }
                lists.addAll(found);
            }
            return lists;
        }

        private @Nullable List<int[]> condition(Within within) {
            if (within.type() != null && !within.type().equals(type())) {
                return List.of();
            }
            if (within.groups() == null
                    || within.mentions().contains(open)
                    || (search.around() != null && !within.isDirect())) {
                return null;
            }
            try {
                return within(entities(within.groups().evaluate(known)), within.exact());
            } catch (EvaluationError e) {
                return List.of(); // the condition is in error wherever it comes to this
            }
        }

        /** The entities in a value; others equal no entity, and to ask whether one is in them is an error. */
        private static List<EntityUid> entities(Value value) {
            return switch (value) {
                case EntityUid uid -> List.of(uid);
                case SetValue set ->
                    set.elements().stream()
                            .filter(EntityUid.class::isInstance)
                            .map(EntityUid.class::cast)
                            .toList();
                default -> List.of();
            };
        }

        private List<int[]> within(List<EntityUid> groups, boolean exact) {
            var members = search.stored().members();
            var lists = new ArrayList<int[]>();
            for (var group : groups) {
                if (exact) {
                    lists.add(members.itself(group, type()));
                    continue;
                }
                lists.add(members.in(group, type()));
                // What came with the request may put a known part into the group, and what is in that part with it.
                for (var part :
                        List.of(search.request().principal(), search.request().resource())) {
                    if (!part.equals(open.of(search.request()))
                            && search.known().isIn(part, group)) {
                        lists.add(members.in(part, type()));
                    }
                }
            }
            lists.removeIf(list -> list.length == 0);
            return lists;
        }
    }
}
