package dev.countersign.policy;

import dev.countersign.policy.SourcedPolicy.Piece;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Looks for single changes of a request that lead to a better answer, by trying them on the policies themselves. */
final class ChangeSearch {
    /** Most changes that are tried for one explanation. */
    static final int MAX_TRIES = 5_000;

    /** Most policies that are evaluated for one explanation, in all tries together: a fraction of a second. */
    static final int MAX_EVALUATIONS = 1_000_000;

    /** Stands for a string that no policy names. */
    private static final StringValue ANOTHER = new StringValue("another value");

    private final Variation asked;
    private final Answer answer;
    private final Function<Variation, Answer> evaluate;
    private final Environment environment;
    private final int tries;
    private final Set<Attempt> tried = new HashSet<>();
    private final List<Change> found = new ArrayList<>();

    private ChangeSearch(Variation asked, Answer answer, Function<Variation, Answer> evaluate, int concerned) {
        this.asked = asked;
        this.answer = answer;
        this.evaluate = evaluate;
        this.environment = asked.environment();
        this.tries = Math.min(MAX_TRIES, MAX_EVALUATIONS / Math.max(1, concerned));
    }

    /**
     * The best changes, see {@link BestChanges}.
     *
     * @param concerned the policies whose head matches
     * @param all every policy of the set
     */
    static List<Change> changes(
            Variation asked,
            Answer answer,
            Collection<SourcedPolicy> concerned,
            Collection<CompiledPolicy> all,
            Function<Variation, Answer> evaluate) {
        if (answer instanceof Answer.Permit) {
            return List.of();
        }
        var search = new ChangeSearch(asked, answer, evaluate, concerned.size());
        for (var policy : concerned) {
            policy.conditions().forEach(condition -> search.attributes(condition.piece()));
        }
        search.groups(all);
        return BestChanges.of(search.found);
    }

    private void attributes(Piece piece) {
        piece.pieces().forEach(this::attributes);
        for (var path : piece.reads()) {
            if (path.isPlaced() && path.attributes().isEmpty()) {
                entities(piece.constants()).forEach(group -> membership(path, group));
            }
            attribute(path, piece);
        }
    }

    private void attribute(AttributePath path, Piece piece) {
        var now = path.value(environment);
        var compared = new ArrayList<>(piece.constants());
        for (var other : piece.reads()) {
            var value = other.text().equals(path.text()) ? null : other.value(environment);
            if (value != null) {
                compared.add(value);
            }
        }
        for (var candidate : Candidates.of(now, compared)) {
            attribute(path, now, candidate, false);
        }
        if (now instanceof StringValue) {
            attribute(path, now, ANOTHER, true);
        }
        if (path.isAsked()) {
            attribute(path, now, now == null ? RecordValue.EMPTY : null, now == null);
        }
    }

    private void attribute(AttributePath path, @Nullable Value now, @Nullable Value candidate, boolean example) {
        var changed = isNew(new Attempt(path.text(), candidate)) ? asked.with(path, candidate) : null;
        if (changed != null) {
            var kind = path.variable().equals("context") ? Change.Kind.CONTEXT : Change.Kind.ATTRIBUTE;
            keep(new Change(kind, path.text(), now, candidate, example, evaluate.apply(changed)));
        }
    }

    /** Groups that heads name: to be in one that a permit wants, not to be in one that a forbid names. */
    private void groups(Collection<CompiledPolicy> all) {
        var request = asked.request();
        for (var policy : all) {
            if (!policy.action().matches(request.action(), environment)) {
                continue;
            }
            var principal = policy.principal().matches(request.principal(), environment);
            var resource = policy.resource().matches(request.resource(), environment);
            var wanted = policy.effect() == Effect.PERMIT;
            if (resource && principal != wanted) {
                groups(policy.principal())
                        .forEach(group -> membership("principal", request.principal(), group, wanted));
            }
            if (principal && resource != wanted) {
                groups(policy.resource()).forEach(group -> membership("resource", request.resource(), group, wanted));
            }
        }
    }

    private static List<EntityUid> groups(Scope scope) {
        return scope.entities() == null || scope.exact() ? List.of() : scope.entities();
    }

    private void membership(AttributePath path, EntityUid group) {
        var uid = path.variable().equals("principal")
                ? asked.request().principal()
                : asked.request().resource();
        if (path.value(environment) instanceof EntityUid named && named.equals(uid)) {
            membership(path.variable(), uid, group, !environment.isIn(uid, group));
        }
    }

    private void membership(String variable, EntityUid uid, EntityUid group, boolean member) {
        var what = variable + " in " + group;
        if (environment.isIn(uid, group) != member && isNew(new Attempt(what, Bool.of(member)))) {
            var changed = asked.withMembership(uid, group, member);
            keep(new Change(
                    Change.Kind.MEMBERSHIP, what, Bool.of(!member), Bool.of(member), false, evaluate.apply(changed)));
        }
    }

    private static List<EntityUid> entities(Collection<Value> constants) {
        var entities = new ArrayList<EntityUid>();
        for (var constant : constants) {
            var each = constant instanceof SetValue set ? set.elements() : Set.of(constant);
            each.forEach(value -> {
                if (value instanceof EntityUid uid) {
                    entities.add(uid);
                }
            });
        }
        return entities;
    }

    private record Attempt(String what, @Nullable Value to) {}

    private boolean isNew(Attempt attempt) {
        return tried.size() < tries && tried.add(attempt);
    }

    private void keep(Change change) {
        var opens = change.answer() instanceof Answer.Open && answer instanceof Answer.Deny;
        if (change.permits() || opens) {
            found.add(change);
        }
    }
}
