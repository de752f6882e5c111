package dev.countersign.lab.bench;

import dev.countersign.policy.DecimalValue;
import dev.countersign.policy.Entities;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySource;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A thousand groups, {@value #DEPTH} deep in one another, with a policy for each: a user in the deepest is in {@value #DEPTH}
 * groups, and as many policies are about each request.
 */
final class DeepCase {
    static final int DEPTH = 20;

    private static final int CHAINS = 50;
    private static final int REQUESTS = 1_024;
    private static final long SEED = 25;

    private final PolicySet policies;
    private final Request[] requests = new Request[REQUESTS];
    private final Entities[] entities = new Entities[REQUESTS];

    DeepCase() throws PolicyLoadException {
        policies = PolicySet.parse(new PolicySource(Map.of("deep.cedar", policies(), "deep.cedarschema", """
                entity Group in [Group];
                entity User in [Group];
                entity Account;
                action transfer appliesTo { principal: User, resource: Account, context: { amount: decimal } };
                """)));
        var groups = Entities.of(groups());
        var random = new Random(SEED);
        for (var i = 0; i < REQUESTS; i++) {
            var user = new EntityUid("User", "u" + i);
            var deepest = group(random.nextInt(CHAINS), DEPTH - 1);
            entities[i] = groups.with(Set.of(Entity.of(user, Set.of(deepest))));
            requests[i] = new Request(
                    user,
                    new EntityUid("Action", "transfer"),
                    new EntityUid("Account", "a" + random.nextInt(CHAINS)),
                    RecordValue.builder()
                            .put("amount", DecimalValue.parse(i % 2 == 0 ? "15.00" : "99000.00"))
                            .build());
        }
    }

    /** The nearer to the top, the higher the limit: of a chain's policies some permit the small amount, none the large. */
    private static String policies() {
        var text = new StringBuilder();
        for (var chain = 0; chain < CHAINS; chain++) {
            for (var level = 0; level < DEPTH; level++) {
                text.append("""
                        permit (principal in %s, action == Action::"transfer", resource)
                        when { context.amount.lessThan(decimal("%d.0000")) };
                        """.formatted(group(chain, level), 10 + DEPTH - level));
            }
        }
        return text.toString();
    }

    private static List<Entity> groups() {
        var groups = new ArrayList<Entity>();
        for (var chain = 0; chain < CHAINS; chain++) {
            for (var level = 0; level < DEPTH; level++) {
                groups.add(Entity.of(group(chain, level), level == 0 ? Set.of() : Set.of(group(chain, level - 1))));
            }
        }
        return groups;
    }

    private static EntityUid group(int chain, int level) {
        return new EntityUid("Group", "g" + chain + "-" + level);
    }

    /** Whether request number {@code i} is allowed. */
    boolean compiled(int i) {
        var at = i % REQUESTS;
        return policies.evaluate(requests[at], entities[at]).isAllowed();
    }

    /** Throws {@link IllegalStateException} unless the small amounts are allowed and the large ones are not. */
    void requireRight() {
        for (var i = 0; i < REQUESTS; i++) {
            if (compiled(i) != (i % 2 == 0)) {
                throw new IllegalStateException("request " + i + " is decided wrongly");
            }
        }
    }
}
