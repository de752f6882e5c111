package dev.countersign.lab.bench;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.value.CedarMap;
import com.cedarpolicy.value.Decimal;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimString;
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
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * One policy set with the same requests for both engines. Each policy names one {@link Differ}; half of the requests are
 * allowed, the others ask for too much.
 */
final class PolicyCase {
    /** What the policies differ in. */
    enum Differ {
        PRINCIPAL,
        ACTION,
        RESOURCE
    }

    private static final int REQUESTS = 1_024;
    private static final long SEED = 25;

    private final PolicySet compiled;
    private final Request[] requests = new Request[REQUESTS];
    private final Entities[] entities = new Entities[REQUESTS];
    private final com.cedarpolicy.model.policy.PolicySet plain;
    private final com.cedarpolicy.model.policy.PolicySet cached;
    private final List<AuthorizationRequest> referenceRequests = new ArrayList<>();
    private final List<Set<com.cedarpolicy.model.entity.Entity>> referenceEntities = new ArrayList<>();
    private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();

    PolicyCase(Differ differ, int policies) throws PolicyLoadException, InternalException, CacheException {
        var text = policies(differ, policies);
        compiled = PolicySet.parse(source(differ, policies));
        plain = com.cedarpolicy.model.policy.PolicySet.parsePolicies(text);
        cached = com.cedarpolicy.model.policy.PolicySet.parsePolicies(text);
        cached.cache();
        var random = new Random(SEED);
        for (var i = 0; i < REQUESTS; i++) {
            request(i, differ, random.nextInt(policies), i % 2 == 0 ? "250.00" : "99000.00");
        }
    }

    /** The files of so many policies. */
    static PolicySource source(Differ differ, int policies) {
        return new PolicySource(
                Map.of("bench.cedar", policies(differ, policies), "bench.cedarschema", schema(differ, policies)));
    }

    private static String policies(Differ differ, int count) {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) {
            text.append("""
                    permit (%s, %s, %s)
                    when { context.session.bound && context.transaction.amount.lessThan(decimal("%d.0000"))
                           && principal.department == resource.department };
                    """.formatted(
                    differ == Differ.PRINCIPAL ? "principal == User::\"u" + i + "\"" : "principal",
                    differ == Differ.ACTION ? "action == Action::\"a" + i + "\"" : "action == Action::\"transfer\"",
                    differ == Differ.RESOURCE ? "resource == Account::\"r" + i + "\"" : "resource",
                    1_000 + i));
        }
        return text.toString();
    }

    private static String schema(Differ differ, int count) {
        var actions = new StringBuilder("\"transfer\"");
        for (var i = 0; differ == Differ.ACTION && i < count; i++) {
            actions.append(", \"a").append(i).append('"');
        }
        return """
                entity Group;
                entity User in [Group] { department: String };
                entity Account { department: String };
                action %s appliesTo { principal: User, resource: Account,
                  context: { session: { bound: Bool }, transaction: { amount: decimal, currency: String } } };
                """.formatted(actions);
    }

    private void request(int i, Differ differ, int policy, String amount) {
        var user = differ == Differ.PRINCIPAL ? "u" + policy : "alice";
        var action = differ == Differ.ACTION ? "a" + policy : "transfer";
        var account = differ == Differ.RESOURCE ? "r" + policy : "DE89370400440532013000";
        var principal = new EntityUid("User", user);
        var resource = new EntityUid("Account", account);
        requests[i] = new Request(
                principal,
                new EntityUid("Action", action),
                resource,
                RecordValue.builder()
                        .put("session", RecordValue.builder().put("bound", true).build())
                        .put(
                                "transaction",
                                RecordValue.builder()
                                        .put("amount", DecimalValue.parse(amount))
                                        .put("currency", "EUR")
                                        .build())
                        .build());
        var department = RecordValue.builder().put("department", "north").build();
        entities[i] = compiled.entities()
                .with(List.of(
                        new Entity(principal, department, Set.of(new EntityUid("Group", "staff")), RecordValue.EMPTY),
                        new Entity(resource, department, Set.of(), RecordValue.EMPTY)));
        reference(user, action, account, amount);
    }

    private void reference(String user, String action, String account, String amount) {
        var session = new CedarMap();
        session.put("bound", new PrimBool(true));
        var transaction = new CedarMap();
        transaction.put("amount", new Decimal(amount));
        transaction.put("currency", new PrimString("EUR"));
        var principal = uid("User", user);
        var resource = uid("Account", account);
        referenceRequests.add(new AuthorizationRequest(
                principal,
                uid("Action", action),
                resource,
                Optional.of(Map.of("session", session, "transaction", transaction)),
                Optional.empty(),
                false));
        referenceEntities.add(Set.of(
                new com.cedarpolicy.model.entity.Entity(
                        principal, Map.of("department", new PrimString("north")), Set.of(uid("Group", "staff"))),
                new com.cedarpolicy.model.entity.Entity(
                        resource, Map.of("department", new PrimString("north")), Set.of())));
    }

    private static EntityUID uid(String type, String id) {
        return EntityUID.parse(type + "::\"" + id + "\"").orElseThrow();
    }

    /** The compiled engine on request number {@code i}. */
    boolean compiled(int i) {
        var at = i % REQUESTS;
        return compiled.evaluate(requests[at], entities[at]).isAllowed();
    }

    /** cedar-java as its README shows it: the set goes over as text and is parsed again. */
    boolean plain(int i) {
        return reference(i, plain);
    }

    /** cedar-java after {@code PolicySet.cache()}: the parsed set stays on the native side. */
    boolean cached(int i) {
        return reference(i, cached);
    }

    private boolean reference(int i, com.cedarpolicy.model.policy.PolicySet set) {
        var at = i % REQUESTS;
        try {
            var response = engine.isAuthorized(referenceRequests.get(at), set, referenceEntities.get(at));
            return response.success
                    .orElseThrow(() -> new IllegalStateException("the reference refuses the request: " + response))
                    .isAllowed();
        } catch (AuthException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Throws {@link IllegalStateException} when the engines do not agree on the first {@code count} requests. */
    void requireAgreement(int count) {
        var allowed = 0;
        for (var i = 0; i < count; i++) {
            var decision = compiled(i);
            if (decision != cached(i) || (i < 4 && decision != plain(i))) {
                throw new IllegalStateException("the engines disagree on request " + i);
            }
            allowed += decision ? 1 : 0;
        }
        if (allowed == 0 || allowed == count) {
            throw new IllegalStateException("the requests are all decided alike: nothing is compared");
        }
    }
}
