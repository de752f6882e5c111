package dev.countersign.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the policies whose heads can match, by the entities they name: first the principal's, then the resource's, then
 * the action's. A policy is filed under each entity of its constraint; a request is looked up under its entity, everything
 * that is in, and "any". What the index finds is still tested; what it leaves out cannot match.
 */
final class ScopeIndex {
    private static final CompiledPolicy[] NONE = {};

    private final Level byPrincipal;

    ScopeIndex(Collection<CompiledPolicy> policies) {
        byPrincipal = new Level(
                policies,
                CompiledPolicy::principal,
                some -> new Level(
                        some,
                        CompiledPolicy::resource,
                        few -> new Level(few, CompiledPolicy::action, ScopeIndex::leaf)));
    }

    private static CompiledPolicy[] leaf(Collection<CompiledPolicy> policies) {
        return policies.toArray(NONE);
    }

    /** Calls {@code each} for every candidate, in no order; one filed under several entities may come more than once. */
    void candidates(Request request, Entities entities, Consumer<CompiledPolicy> each) {
        byPrincipal.visit(
                request.principal(),
                entities,
                resources -> ((Level) resources)
                        .visit(
                                request.resource(),
                                entities,
                                actions -> ((Level) actions).visit(request.action(), entities, leaf -> {
                                    for (var policy : (CompiledPolicy[]) leaf) {
                                        each.accept(policy);
                                    }
                                })));
    }

    /** One level: what is filed under each entity, and under any. */
    private static final class Level {
        private final Map<EntityUid, Object> filed = new HashMap<>();
        private final @Nullable Object any;

        Level(
                Collection<CompiledPolicy> policies,
                Function<CompiledPolicy, Scope> scope,
                Function<Collection<CompiledPolicy>, Object> below) {
            var unconstrained = new ArrayList<CompiledPolicy>();
            var byEntity = new HashMap<EntityUid, List<CompiledPolicy>>();
            for (var policy : policies) {
                var entities = scope.apply(policy).entities();
                if (entities == null) {
                    unconstrained.add(policy);
                } else {
                    entities.forEach(entity -> byEntity.computeIfAbsent(entity, uid -> new ArrayList<>())
                            .add(policy));
                }
            }
            byEntity.forEach((entity, some) -> filed.put(entity, below.apply(some)));
            any = unconstrained.isEmpty() ? null : below.apply(unconstrained);
        }

        void visit(EntityUid uid, Entities entities, Consumer<Object> below) {
            if (any != null) {
                below.accept(any);
            }
            if (filed.isEmpty()) {
                return;
            }
            var own = filed.get(uid);
            if (own != null) {
                below.accept(own);
            }
            for (var ancestor : entities.ancestorsOf(uid)) {
                var inherited = filed.get(ancestor);
                if (inherited != null) {
                    below.accept(inherited);
                }
            }
        }
    }
}
