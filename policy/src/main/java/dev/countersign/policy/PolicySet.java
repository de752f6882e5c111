package dev.countersign.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * A validated, compiled policy set. Immutable and thread-safe; evaluation neither parses nor calls the reference.
 *
 * <p>Semantics are Cedar's (cedarpolicy.com reference, "Authorization"), held to the reference's own corpus.
 */
public final class PolicySet {
    private final PolicySetHash hash;
    private final List<Policy> policies;
    private final ScopeIndex index;
    private final Entities entities;
    private final RequestSchema requests;
    private final Explainer explainer;

    /** @param texts of the policies, in the same order */
    PolicySet(
            PolicySetHash hash,
            List<CompiledPolicy> compiled,
            Entities entities,
            RequestSchema requests,
            List<PolicyText> texts) {
        this.hash = hash;
        this.policies = compiled.stream().map(CompiledPolicy::policy).toList();
        this.index = new ScopeIndex(compiled);
        this.entities = entities;
        this.requests = requests;
        this.explainer = new Explainer(this, compiled, texts);
    }

    /** Loads a folder. Refuses a set that does not parse, does not validate against its schema or has a bad annotation. */
    public static PolicySet load(Path folder) throws PolicyLoadException {
        return parse(PolicySource.read(folder));
    }

    /** As {@link #load} from texts in memory. */
    public static PolicySet parse(PolicySource source) throws PolicyLoadException {
        return DeepStack.load(() -> new PolicyLoader(source, true).load());
    }

    /** Compiles without a schema: for comparison with other engines on policies that need not validate. */
    static PolicySet parseUnvalidated(PolicySource source) throws PolicyLoadException {
        return DeepStack.load(() -> new PolicyLoader(source, false).load());
    }

    /** Content hash, in every decision's evidence. */
    public PolicySetHash hash() {
        return hash;
    }

    /** In file order. */
    public List<Policy> policies() {
        return policies;
    }

    /** The stored entities of {@code entities.json}. */
    public Entities entities() {
        return entities;
    }

    /** What requests this set was validated for. */
    public RequestSchema requests() {
        return requests;
    }

    /** Evaluates over the stored entities. */
    public Evaluation evaluate(Request request) {
        return evaluate(request, entities);
    }

    /** Evaluates over {@code all} entities. */
    public Evaluation evaluate(Request request, Entities all) {
        var run = new Run(new Environment(request, all));
        index.visit(run);
        return run.result();
    }

    /** As {@link #explain(Request, Entities, Predicate, boolean)}, with nothing satisfied and without other policies. */
    public Explanation explain(Request request, Entities all) {
        return explain(request, all, requirement -> false, false);
    }

    /**
     * Evaluates over {@code all} entities and explains the answer. Takes milliseconds, and decisions pay nothing for it.
     *
     * @param satisfied which requirements are already met
     * @param others also tell of policies that are not about this principal, action or resource
     */
    public Explanation explain(Request request, Entities all, Predicate<Requirement> satisfied, boolean others) {
        return explainer.explain(request, all, satisfied, others);
    }

    Explainer explainer() {
        return explainer;
    }

    /** Collects what matches. Lists are made only when something is in them. */
    private static final class Run implements ScopeIndex.Search {
        private static final Comparator<CompiledPolicy> BY_ORDER = Comparator.comparingInt(CompiledPolicy::order);

        private final Environment environment;
        private List<CompiledPolicy> permits = List.of();
        private List<CompiledPolicy> forbids = List.of();
        private List<PolicyError> errors = List.of();

        Run(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Environment environment() {
            return environment;
        }

        @Override
        public void candidate(CompiledPolicy policy) {
            try {
                if (!policy.holds(environment)) {
                    return;
                }
            } catch (EvaluationError e) {
                errors = add(errors, new PolicyError(policy.policy(), String.valueOf(e.getMessage())));
                return;
            }
            if (policy.effect() == Effect.PERMIT) {
                permits = add(permits, policy);
            } else {
                forbids = add(forbids, policy);
            }
        }

        private static <T> List<T> add(List<T> list, T element) {
            if (list.isEmpty()) {
                return List.of(element);
            }
            if (list.contains(element)) {
                return list; // filed under several entities that the request is in
            }
            var longer = list instanceof ArrayList<T> own ? own : new ArrayList<>(list);
            longer.add(element);
            return longer;
        }

        Evaluation result() {
            return new Evaluation(inOrder(permits), inOrder(forbids), errors);
        }

        private static List<Policy> inOrder(List<CompiledPolicy> found) {
            return switch (found.size()) {
                case 0 -> List.of();
                case 1 -> List.of(found.getFirst().policy());
                default ->
                    found.stream().sorted(BY_ORDER).map(CompiledPolicy::policy).toList();
            };
        }
    }
}
