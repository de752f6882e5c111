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
 * that is in, and "any". What the index finds is still tested; what it leaves out cannot match.
 */
final class ScopeIndex {
    /** Up to so many policies are tested one by one: another map would cost more than it saves. */
    private static final int FEW = 3;

    private static final CompiledPolicy[] NONE = {};

    private final Shelf all;

    ScopeIndex(Collection<CompiledPolicy> policies) {
        all = shelf(policies, Part.PRINCIPAL);
    }

    /** Shows {@code search} every candidate, in no order; one filed under several entities may come more than once. */
    void visit(Search search) {
        all.visit(search);
    }

    private static Shelf shelf(Collection<CompiledPolicy> policies, Part part) {
        if (policies.size() == 1) {
            return new One(policies.iterator().next());
        }
        return policies.size() <= FEW || part == Part.NOTHING
                ? new Few(policies.toArray(NONE))
                : Filed.of(policies, part);
    }

    /** What looks for policies. */
    interface Search {
        Environment environment();

        void candidate(CompiledPolicy policy);
    }

    /** A part of a policy's head, in the order in which they are looked at. */
    private enum Part {
        PRINCIPAL,
        RESOURCE,
        ACTION,
        NOTHING;

        Scope of(CompiledPolicy policy) {
            return switch (this) {
                case PRINCIPAL -> policy.principal();
                case RESOURCE -> policy.resource();
                case ACTION -> policy.action();
                case NOTHING -> throw new IllegalStateException("no part of a head");
            };
        }

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

    private sealed interface Shelf {
        void visit(Search search);
    }

    private record One(CompiledPolicy policy) implements Shelf {
        @Override
        public void visit(Search search) {
            search.candidate(policy);
        }
    }

    private record Few(CompiledPolicy[] policies) implements Shelf {
        @Override
        public void visit(Search search) {
            for (var policy : policies) {
                search.candidate(policy);
            }
        }
    }

    /** What is filed under each entity, and under any. */
    private record Filed(
            Part part,
            Map<EntityUid, Shelf> byEntity,
            @Nullable Shelf any) implements Shelf {
        static Filed of(Collection<CompiledPolicy> policies, Part part) {
            var unconstrained = new ArrayList<CompiledPolicy>();
            var named = new HashMap<EntityUid, List<CompiledPolicy>>();
            for (var policy : policies) {
                var entities = part.of(policy).entities();
                if (entities == null) {
                    unconstrained.add(policy);
                } else {
                    entities.forEach(entity -> named.computeIfAbsent(entity, uid -> new ArrayList<>())
                            .add(policy));
                }
            }
            var byEntity = new HashMap<EntityUid, Shelf>();
            named.forEach((entity, some) -> byEntity.put(entity, shelf(some, part.next())));
            return new Filed(part, byEntity, unconstrained.isEmpty() ? null : shelf(unconstrained, part.next()));
        }

        @Override
        public void visit(Search search) {
            if (any != null) {
                any.visit(search);
            }
            if (byEntity.isEmpty()) {
                return;
            }
            var environment = search.environment();
            var uid = part.of(environment.request());
            visit(uid, search);
            for (var ancestor : environment.ancestorsOf(uid)) {
                visit(ancestor, search);
            }
        }

        private void visit(EntityUid uid, Search search) {
            var shelf = byEntity.get(uid);
            if (shelf != null) {
                shelf.visit(search);
            }
        }
    }
}
