package dev.countersign.policy;

import dev.countersign.policy.Bound.Within;
import dev.countersign.policy.ScopeIndex.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a search must look at: the union, over every permit that can apply to the known parts, of the entities that
 * its head and conditions allow the open part to be. Never leaves out what a permit permits; what it finds is evaluated.
 *
 * <p>Partial evaluation: a condition that does not mention the open part is evaluated now, and a permit for which one is
 * false or in error permits nothing, whatever the candidate. {@code open in …} and {@code open == …} are read off, with the
 * other side evaluated now. A permit that bounds the open part by nothing makes every entity of the type a candidate.
 */
final class Candidates {
    private final List<CompiledPolicy> permits;
    private final SchemaTypes types;

    Candidates(Collection<CompiledPolicy> policies, SchemaTypes types) {
        this.permits = policies.stream()
                .filter(policy -> policy.effect() == Effect.PERMIT)
                .toList();
        this.types = types;
    }

    /** Those with ids after {@code after}, or all for null, in the order of ids. */
    From of(Search search, @Nullable String after) {
        var lists = search.open() == Search.Open.ACTION ? List.<EntityUid[]>of(actions(search)) : entities(search);
        return new From(after, Merged.of(lists, after));
    }

    private EntityUid[] actions(Search search) {
        var request = search.request();
        return types.actions(request.principal().type(), request.resource().type()).stream()
                .filter(action -> action.type().equals(request.action().type()))
                .toArray(EntityUid[]::new);
    }

    private List<EntityUid[]> entities(Search search) {
        var known = new Environment(search.request(), search.known());
        var open = search.open().part();
        var place = new Place(search, open);
        var lists = new ArrayList<EntityUid[]>();
        for (var permit : permits) {
            if (!mayApply(permit, open, known)) {
                continue;
            }
            var bounded = narrowest(permit, place, known);
            if (bounded == null) {
                return List.<EntityUid[]>of(place.everything());
            }
            lists.addAll(bounded);
        }
        return lists;
    }

    /** Whether the known parts leave it possible that the permit applies. */
    private static boolean mayApply(CompiledPolicy permit, Part open, Environment known) {
        var request = known.request();
        return (open == Part.PRINCIPAL || permit.principal().matches(request.principal(), known))
                && permit.action().matches(request.action(), known)
                && (open == Part.RESOURCE || permit.resource().matches(request.resource(), known))
                && permit.conjuncts().stream()
                        .noneMatch(conjunct -> !conjunct.mentions().contains(open) && !holds(conjunct.holds(), known));
    }

    private static boolean holds(Expression condition, Environment known) {
        try {
            return condition.test(known);
        } catch (EvaluationError e) {
            return false; // a permit in error permits nothing
        }
    }

    /** The shortest of what each bound of the permit allows, or null when none bounds the open part. */
    private static @Nullable List<EntityUid[]> narrowest(CompiledPolicy permit, Place place, Environment known) {
        var best = place.scope(place.open() == Part.PRINCIPAL ? permit.principal() : permit.resource());
        for (var conjunct : permit.conjuncts()) {
            var bound = conjunct.bound();
            if (bound != null && bound.part() == place.open()) {
                best = shorter(best, place.bound(bound, known));
            }
        }
        return best;
    }

    private static @Nullable List<EntityUid[]> shorter(@Nullable List<EntityUid[]> a, @Nullable List<EntityUid[]> b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return size(b) < size(a) ? b : a;
    }

    private static long size(List<EntityUid[]> lists) {
        return lists.stream().mapToLong(list -> list.length).sum();
    }

    /**
     * Candidates.
     *
     * @param after where they begin: after this id, or null for the first
     */
    record From(@Nullable String after, Iterator<EntityUid> all) {}

    /** Where the open part can be. */
    private record Place(Search search, Part open) {
        String type() {
            return open.of(search.request()).type();
        }

        EntityUid[] everything() {
            return search.stored().members().ofType(type());
        }

        /** What a permit's head allows, or null for everything of the type. */
        @Nullable
        List<EntityUid[]> scope(Scope scope) {
            if (scope.type() != null && !scope.type().equals(type())) {
                return List.of();
            }
            return scope.entities() == null ? null : within(scope.entities(), scope.exact());
        }

        /** What a condition allows, or null for everything of the type. */
        @Nullable
        List<EntityUid[]> bound(Bound bound, Environment known) {
            var lists = new ArrayList<EntityUid[]>();
            for (var within : bound.anyOf()) {
                var found = within(within, known);
                if (found == null) {
                    return null;
                }
                lists.addAll(found);
            }
            return lists;
        }

        private @Nullable List<EntityUid[]> within(Within within, Environment known) {
            if (within.type() != null && !within.type().equals(type())) {
                return List.of();
            }
            if (within.groups() == null || within.mentions().contains(open)) {
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

        private List<EntityUid[]> within(List<EntityUid> groups, boolean exact) {
            var members = search.stored().members();
            if (exact) {
                return List.<EntityUid[]>of(groups.stream()
                        .map(uid -> members.itself(uid, type()))
                        .flatMap(Arrays::stream)
                        .sorted(Members.ORDER)
                        .toArray(EntityUid[]::new));
            }
            var lists = new ArrayList<EntityUid[]>();
            for (var group : groups) {
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
