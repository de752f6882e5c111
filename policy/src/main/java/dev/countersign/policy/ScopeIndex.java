package dev.countersign.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the policies whose heads can match, by the entities they name: first the principal's, then the resource's, then
 * the action's. A policy is filed under each entity of its constraint; a request is looked up under its entity, everything
 * that is in, and "any". What the way to a policy has shown is not tested again; the rest of its head is.
 */
final class ScopeIndex {
    /** Up to so many policies are tested one by one: another map would cost more than it saves. */
    private static final int FEW = 3;

    private static final Leaf[] NONE = {};

    private final Shelf all;

    ScopeIndex(Collection<CompiledPolicy> policies) {
        all = shelf(policies.stream().map(Leaf::of).toList(), Part.PRINCIPAL);
    }

    /** Shows {@code search} every policy that applies but for its condition, in no order; some may come more than once. */
    void visit(Search search) {
        all.visit(search);
    }

    private static Shelf shelf(Collection<Leaf> leaves, Part part) {
        if (leaves.size() == 1) {
            return leaves.iterator().next().simplest();
        }
        return leaves.size() <= FEW || part == Part.NOTHING ? new Few(leaves.toArray(NONE)) : Filed.of(leaves, part);
    }

    /** What looks for policies. */
    interface Search {
        Environment environment();

        /** A policy whose head matches. */
        void candidate(CompiledPolicy policy);
    }

    /** Somewhere in the index. */
    sealed interface Shelf permits CompiledPolicy, Few, Filed, Leaf {
        void visit(Search search);
    }

    /** A part of a policy's head, in the order in which they are looked at. */
    enum Part {
        PRINCIPAL,
        RESOURCE,
        ACTION,
        NOTHING;

        EntityUid of(Request request) {
            return switch (this) {
                case PRINCIPAL -> request.principal();
                case RESOURCE -> request.resource();
                case ACTION -> request.action();
                case NOTHING -> throw new IllegalStateException("no part of a request");
            };
        }

        Part next() {
            return switch (this) {
                case PRINCIPAL -> RESOURCE;
                case RESOURCE -> ACTION;
                case ACTION, NOTHING -> NOTHING;
            };
        }
    }

    /** A policy with what of its head is still to be tested: null where the way here has shown it. */
    record Leaf(
            CompiledPolicy policy,
            @Nullable Scope principal,
            @Nullable Scope resource,
            @Nullable Scope action) implements Shelf {
        static Leaf of(CompiledPolicy policy) {
            return new Leaf(
                    policy,
                    policy.principal().untested(),
                    policy.resource().untested(),
                    policy.action().untested());
        }

        @Nullable
        Scope of(Part part) {
            return switch (part) {
                case PRINCIPAL -> principal;
                case RESOURCE -> resource;
                case ACTION -> action;
                case NOTHING -> throw new IllegalStateException("no part of a head");
            };
        }

        /** The same, filed under one of the part's entities. */
        Leaf shown(Part part) {
            return switch (part) {
                case PRINCIPAL -> new Leaf(policy, rest(principal), resource, action);
                case RESOURCE -> new Leaf(policy, principal, rest(resource), action);
                case ACTION -> new Leaf(policy, principal, resource, rest(action));
                case NOTHING -> throw new IllegalStateException("no part of a head");
            };
        }

        private static @Nullable Scope rest(@Nullable Scope scope) {
            return scope == null || scope.type() == null ? null : new Scope(scope.type(), false, null);
        }

        /** The policy itself when nothing is left to test: one object less on the way. */
        Shelf simplest() {
            return principal == null && resource == null && action == null ? policy : this;
        }

        @Override
        public void visit(Search search) {
            var environment = search.environment();
            var request = environment.request();
            if ((principal == null || principal.matches(request.principal(), environment))
                    && (action == null || action.matches(request.action(), environment))
                    && (resource == null || resource.matches(request.resource(), environment))) {
                search.candidate(policy);
            }
        }
    }

    record Few(Leaf[] leaves) implements Shelf {
        @Override
        public void visit(Search search) {
            for (var leaf : leaves) {
                leaf.visit(search);
            }
        }
    }

    /**
     * What is filed under each entity.
     *
     * @param itself for a request that names the entity
     * @param inside for a request that names something in the entity: without the policies that want it exactly
     * @param any for every request
     */
    record Filed(
            Part part,
            ShelfTable itself,
            ShelfTable inside,
            @Nullable Shelf any) implements Shelf {
        static Filed of(Collection<Leaf> leaves, Part part) {
            var unconstrained = new ArrayList<Leaf>();
            var itself = new HashMap<EntityUid, List<Leaf>>();
            var inside = new HashMap<EntityUid, List<Leaf>>();
            for (var leaf : leaves) {
                var scope = leaf.of(part);
                if (scope == null || scope.entities() == null) {
                    unconstrained.add(leaf);
                    continue;
                }
                var shown = leaf.shown(part);
                for (var entity : scope.entities()) {
                    itself.computeIfAbsent(entity, uid -> new ArrayList<>()).add(shown);
                    if (!scope.exact()) {
                        inside.computeIfAbsent(entity, uid -> new ArrayList<>()).add(shown);
                    }
                }
            }
            return new Filed(
                    part,
                    shelves(itself, part.next()),
                    shelves(inside, part.next()),
                    unconstrained.isEmpty() ? null : shelf(unconstrained, part.next()));
        }

        private static ShelfTable shelves(Map<EntityUid, List<Leaf>> filed, Part below) {
            var shelves = new HashMap<EntityUid, Shelf>(2 * filed.size());
            filed.forEach((entity, leaves) -> shelves.put(entity, shelf(leaves, below)));
            return new ShelfTable(shelves);
        }

        @Override
        public void visit(Search search) {
            if (any != null) {
                any.visit(search);
            }
            if (itself.isEmpty()) {
                return;
            }
            var environment = search.environment();
            var uid = part.of(environment.request());
            var own = itself.get(uid);
            if (own != null) {
                own.visit(search);
            }
            if (inside.isEmpty()) {
                return;
            }
            for (var ancestor : environment.ancestorsOf(uid)) {
                var shelf = inside.get(ancestor);
                if (shelf != null) {
                    shelf.visit(search);
                }
            }
        }
    }
}
