package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import tools.jackson.databind.json.JsonMapper;

/**
 * Generated policies, decided here and by the reference: the same decision, the same determining policies, the same policies
 * in error. Expressions are not typed, so that errors and short circuits are met often.
 */
final class DifferentialTest {
    static final String ENTITIES = """
            [{"uid":{"type":"User","id":"alice"},"attrs":{"level":3,"name":"alice"},"parents":[{"type":"Group","id":"g"}]},
             {"uid":{"type":"User","id":"bob"},"attrs":{"level":-1},"parents":[]},
             {"uid":{"type":"Group","id":"g"},"attrs":{},"parents":[{"type":"Group","id":"top"}]},
             {"uid":{"type":"Group","id":"top"},"attrs":{},"parents":[]},
             {"uid":{"type":"Account","id":"a1"},"attrs":{"owner":{"__entity":{"type":"User","id":"alice"}}},"parents":[]}]
            """;

    @Property(tries = 500)
    void decidesAsTheReferenceDoes(
            @ForAll("policySets") List<String> policies,
            @ForAll("users") String user,
            @ForAll("resources") String resource,
            @ForAll long number)
            throws Exception {
        var text = String.join("\n", policies);
        var ours = PolicySet.parseUnvalidated(new PolicySource(Map.of("p.cedar", text)))
                .evaluate(
                        new Request(
                                new EntityUid("User", user),
                                new EntityUid("Action", "read"),
                                new EntityUid("Account", resource),
                                RecordValue.builder()
                                        .put("n", number)
                                        .put("s", "text")
                                        .build()),
                        Entities.of(CedarJson.entities(JsonMapper.shared().readTree(ENTITIES))));
        Statistics.collect(ours.isAllowed(), ours.errors().isEmpty());
        assertThat(outcome(ours)).as(text).isEqualTo(reference(text, user, resource, number));
    }

    private static String outcome(Evaluation evaluation) {
        return outcome(
                evaluation.isAllowed(),
                evaluation.determining().stream().map(Policy::id).collect(Collectors.toSet()),
                evaluation.errors().stream().map(error -> error.policy().id()).collect(Collectors.toSet()));
    }

    private static String outcome(boolean allowed, Set<String> determining, Set<String> errors) {
        return allowed + " by " + determining.stream().sorted().toList() + ", errors "
                + errors.stream().sorted().toList();
    }

    private static String reference(String text, String user, String resource, long number)
            throws InternalException, AuthException, JsonProcessingException {
        var set = com.cedarpolicy.model.policy.PolicySet.parsePolicies(text);
        var request = new AuthorizationRequest(
                uid("User", user),
                uid("Action", "read"),
                uid("Account", resource),
                Map.of("n", new PrimLong(number), "s", new PrimString("text")));
        var answer = new BasicAuthorizationEngine()
                .isAuthorized(request, set, com.cedarpolicy.model.entity.Entities.parse(ENTITIES));
        var success = answer.success.orElseThrow(() -> new IllegalStateException(answer.toString()));
        var errors = new HashSet<String>();
        success.getErrors().forEach(error -> errors.add(error.getPolicyId()));
        return outcome(success.isAllowed(), success.getReason(), errors);
    }

    private static EntityUID uid(String type, String id) {
        return EntityUID.parse(type + "::\"" + id + "\"").orElseThrow();
    }

    @Provide
    Arbitrary<String> users() {
        return Arbitraries.of("alice", "bob", "nobody");
    }

    @Provide
    Arbitrary<String> resources() {
        return Arbitraries.of("a1", "a2");
    }

    @Provide
    Arbitrary<List<String>> policySets() {
        return policy().list().ofMinSize(1).ofMaxSize(12);
    }

    private static Arbitrary<String> policy() {
        return Combinators.combine(
                        Arbitraries.of("permit", "forbid"),
                        Arbitraries.of(
                                "principal",
                                "principal == User::\"alice\"",
                                "principal == User::\"bob\"",
                                "principal in Group::\"top\"",
                                "principal in User::\"bob\"",
                                "principal is User",
                                "principal is User in Group::\"g\"",
                                "principal is Group in Group::\"g\"",
                                "principal is Group"),
                        Arbitraries.of(
                                "action", "action == Action::\"read\"", "action in [Action::\"read\", Action::\"w\"]"),
                        Arbitraries.of(
                                "resource",
                                "resource == Account::\"a1\"",
                                "resource in Account::\"a2\"",
                                "resource is Account"),
                        expression(3),
                        Arbitraries.of("when", "unless"))
                .as((effect, principal, action, resource, condition, kind) ->
                        "%s (%s, %s, %s) %s { %s };".formatted(effect, principal, action, resource, kind, condition));
    }

    private static Arbitrary<String> expression(int depth) {
        if (depth == 0) {
            return leaf();
        }
        var below = expression(depth - 1);
        return Arbitraries.frequencyOf(
                Tuple.of(2, leaf()),
                Tuple.of(2, likelyBoolean()),
                Tuple.of(4, binary(below)),
                Tuple.of(2, unary(below)),
                Tuple.of(1, call(below)),
                Tuple.of(
                        1,
                        Combinators.combine(below, below, below)
                                .as((test, then, otherwise) ->
                                        "(if (" + test + ") then (" + then + ") else (" + otherwise + "))")));
    }

    private static Arbitrary<String> leaf() {
        return Arbitraries.of(
                "true",
                "false",
                "1",
                "9223372036854775807",
                "\"text\"",
                "principal",
                "resource",
                "context",
                "context.n",
                "context.s",
                "context.missing",
                "principal.level",
                "principal.name",
                "resource.owner",
                "User::\"alice\"",
                "Group::\"top\"",
                "[1, 2, context.n]",
                "{a: context.n}",
                "decimal(\"1.5\")",
                "decimal(\"x\")",
                "ip(\"10.0.0.1\")",
                "datetime(\"2024-01-01\")",
                "duration(\"1h\")");
    }

    private static Arbitrary<String> likelyBoolean() {
        return Arbitraries.of(
                "true",
                "principal has level",
                "(principal has level && principal.level > 0)",
                "principal in Group::\"top\"",
                "(context.n > 0)",
                "(resource has owner && resource.owner == principal)");
    }

    private static Arbitrary<String> binary(Arbitrary<String> below) {
        var operators = Arbitraries.of("&&", "&&", "||", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "in");
        return Combinators.combine(below, operators, below)
                .as((left, operator, right) -> "((" + left + ") " + operator + " (" + right + "))");
    }

    private static Arbitrary<String> unary(Arbitrary<String> below) {
        var forms = Arbitraries.of(
                "!(%s)",
                "-(%s)",
                "(%s).isEmpty()",
                "(%s) has level",
                "(%s) is User",
                "(%s) is User in Group::\"g\"",
                "(%s) like \"t*t\"",
                "(%s).a",
                "(%s).level");
        return Combinators.combine(below, forms).as((operand, form) -> "(" + form.formatted(operand) + ")");
    }

    private static Arbitrary<String> call(Arbitrary<String> below) {
        var methods = Arbitraries.of(
                "contains", "containsAll", "containsAny", "lessThan", "isInRange", "offset", "durationSince", "hasTag");
        return Combinators.combine(below, methods, below)
                .as((left, method, right) -> "(" + left + ")." + method + "(" + right + ")");
    }
}
