package dev.countersign.beside;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapl.api.pdp.AuthorizationSubscription;
import io.sapl.api.pdp.Decision;
import io.sapl.interpreter.InitializationException;
import io.sapl.interpreter.combinators.PolicyDocumentCombiningAlgorithm;
import io.sapl.pdp.EmbeddedPolicyDecisionPoint;
import io.sapl.pdp.PolicyDecisionPointFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Times SAPL's embedded decision point (io.sapl:sapl-pdp-embedded): arguments are the numbers of policies, one line each
 * goes out, {@code POLICIES NANOSECONDS}. The policies are those of the {@code policy} bench in SAPL's language, each for one
 * principal; half of the requests are permitted, the others ask for too much.
 */
public final class SaplMedian {
    private static final int REQUESTS = 1_024;
    private static final long SEED = 25;
    private static final long NANOS_EACH = 2_000_000_000L;

    private final EmbeddedPolicyDecisionPoint engine;
    private final List<AuthorizationSubscription> requests = new ArrayList<>();

    private SaplMedian(int policies) throws InitializationException {
        engine = PolicyDecisionPointFactory.fixedInRamPolicyDecisionPoint(
                policies(policies), PolicyDocumentCombiningAlgorithm.DENY_UNLESS_PERMIT, Map.of());
        var random = new Random(SEED);
        for (var i = 0; i < REQUESTS; i++) {
            requests.add(request(random.nextInt(policies), i % 2 == 0 ? 250 : 99_000));
        }
    }

    public static void main(String[] counts) throws InitializationException {
        for (var count : counts) {
            var policies = Integer.parseInt(count);
            var median = new SaplMedian(policies);
            median.requireRight();
            median.time();
            System.out.println(policies + " " + median.time());
        }
    }

    private static List<String> policies(int count) {
        var policies = new ArrayList<String>();
        for (var i = 0; i < count; i++) {
            policies.add("""
                    policy "p%d"
                    permit subject.id == "u%d" & action == "transfer"
                    where
                      environment.session.bound;
                      environment.transaction.amount < %d;
                      subject.department == resource.department;
                    """.formatted(i, i, 1_000 + i));
        }
        return policies;
    }

    private static AuthorizationSubscription request(int user, int amount) {
        var json = JsonNodeFactory.instance;
        var environment = json.objectNode();
        environment.putObject("session").put("bound", true);
        environment.putObject("transaction").put("amount", amount).put("currency", "EUR");
        return new AuthorizationSubscription(
                entity("User", "u" + user),
                json.textNode("transfer"),
                entity("Account", "DE89370400440532013000"),
                environment);
    }

    private static ObjectNode entity(String type, String id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("id", id)
                .put("department", "north");
    }

    private boolean permits(int i) {
        var decision = engine.decideOnce(requests.get(i % REQUESTS)).block();
        return decision != null && decision.getDecision() == Decision.PERMIT;
    }

    private void requireRight() {
        for (var i = 0; i < 64; i++) {
            if (permits(i) != (i % 2 == 0)) {
                throw new IllegalStateException("SAPL decides request " + i + " otherwise");
            }
        }
    }

    /** Median nanoseconds of one decision. */
    private long time() {
        var times = new ArrayList<Long>();
        var end = System.nanoTime() + NANOS_EACH;
        var permitted = 0;
        for (var i = 0; System.nanoTime() < end; i++) {
            var began = System.nanoTime();
            permitted += permits(i) ? 1 : 0;
            times.add(System.nanoTime() - began);
        }
        if (permitted == 0) {
            throw new IllegalStateException("nothing was permitted");
        }
        var sorted = times.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
