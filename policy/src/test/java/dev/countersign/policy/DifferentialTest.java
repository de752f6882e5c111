package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.value.CedarMap;
import com.cedarpolicy.value.EntityUID;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.countersign.policy.GeneratedCase.Asked;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * Generated policies, decided here and by the reference: the same decision, the same determining policies, the same policies
 * in error. {@code -Dcountersign.differential.requests=N} compares so many requests, {@code …seed=N} again the same ones.
 */
final class DifferentialTest {
    private static final int REQUESTS = Integer.getInteger("countersign.differential.requests", 5_000);
    private static final int REQUESTS_OF_A_CASE = 20;
    private static final Map<String, EntityUID> UIDS = new ConcurrentHashMap<>();
    private static final long SEED = Long.getLong("countersign.differential.seed", new SecureRandom().nextLong());

    @Test
    void decidesAsTheReferenceDoes() throws Exception {
        var random = new SplittableRandom(SEED);
        var cases = new ArrayList<Callable<List<String>>>();
        for (var done = 0; done < REQUESTS; done += REQUESTS_OF_A_CASE) {
            var own = random.split();
            cases.add(() -> compared(GeneratedCase.of(own, REQUESTS_OF_A_CASE)));
        }
        var outcomes = new TreeMap<String, Integer>();
        var began = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (var found : threads.invokeAll(cases)) {
                found.get().forEach(outcome -> outcomes.merge(kind(outcome), 1, Integer::sum));
            }
        }
        System.out.printf(
                "compared with the reference: %d requests in %.1f s, seed %d, %s%n",
                REQUESTS, (System.nanoTime() - began) / 1e9, SEED, outcomes);
        assertThat(outcomes.keySet()).contains("allow", "deny", "allow with errors", "deny with errors");
        assertThat(outcomes.getOrDefault("refused", 0)).isLessThan(REQUESTS / 100);
    }

    private static List<String> compared(GeneratedCase generated) throws Exception {
        var ours = ours(generated);
        if (!ours.equals(reference(generated))) {
            var smallest = smallest(generated);
            assertThat(ours(smallest))
                    .as("seed %d\n%s\n%s\n%s", SEED, smallest.text(), smallest.entities(), smallest.requests())
                    .isEqualTo(reference(smallest));
        }
        return ours;
    }

    /** Without the policies that do not matter to the difference. */
    private static GeneratedCase smallest(GeneratedCase generated) throws Exception {
        for (var policy : generated.policies()) {
            var fewer = new ArrayList<>(generated.policies());
            fewer.remove(policy);
            if (!fewer.isEmpty() && !ours(generated.with(fewer)).equals(reference(generated.with(fewer)))) {
                return smallest(generated.with(fewer));
            }
        }
        return generated;
    }

    private static String kind(String outcome) {
        return outcome.equals("refused")
                ? outcome
                : outcome.substring(0, outcome.indexOf(' ')) + (outcome.endsWith("[]") ? "" : " with errors");
    }

    private static List<String> ours(GeneratedCase generated) throws Exception {
        PolicySet set;
        try {
            set = new PolicyLoader(new PolicySource(Map.of("p.cedar", generated.text())), false).load();
        } catch (PolicyLoadException e) {
            return List.of("refused");
        }
        var json = JsonMapper.shared();
        var entities = Entities.of(CedarJson.entities(json.readTree(generated.entities())));
        return generated.requests().stream()
                .map(asked -> new Request(
                        asked.principal(),
                        asked.action(),
                        asked.resource(),
                        CedarJson.record(json.readTree(asked.context()))))
                .map(request -> set.evaluate(request, entities))
                .map(evaluation -> outcome(
                        evaluation.isAllowed(),
                        evaluation.determining().stream().map(Policy::id),
                        evaluation.errors().stream().map(error -> error.policy().id())))
                .toList();
    }

    private static String outcome(boolean allowed, Stream<String> determining, Stream<String> errors) {
        return (allowed ? "allow" : "deny") + " by " + determining.collect(Collectors.toCollection(TreeSet::new))
                + ", errors " + errors.collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> reference(GeneratedCase generated)
            throws AuthException, CacheException, JsonProcessingException {
        com.cedarpolicy.model.policy.PolicySet set;
        try {
            set = com.cedarpolicy.model.policy.PolicySet.parsePolicies(generated.text());
        } catch (InternalException e) {
            return List.of("refused");
        }
        set.cache();
        var entities = com.cedarpolicy.model.entity.Entities.parse(generated.entities());
        var outcomes = new ArrayList<String>();
        for (var asked : generated.requests()) {
            var answer = new BasicAuthorizationEngine().isAuthorized(request(asked), set, entities);
            var success = answer.success.orElseThrow(() -> new IllegalStateException(answer.toString()));
            outcomes.add(outcome(
                    success.isAllowed(),
                    success.getReason().stream(),
                    success.getErrors().stream().map(error -> error.getPolicyId())));
        }
        return outcomes;
    }

    private static AuthorizationRequest request(Asked asked) throws JsonProcessingException {
        CedarMap context = com.cedarpolicy.CedarJson.objectReader()
                .forType(com.cedarpolicy.value.Value.class)
                .readValue(asked.context());
        return new AuthorizationRequest(uid(asked.principal()), uid(asked.action()), uid(asked.resource()), context);
    }

    private static EntityUID uid(EntityUid uid) {
        return UIDS.computeIfAbsent(
                uid.toString(), text -> EntityUID.parse(text).orElseThrow());
    }
}
