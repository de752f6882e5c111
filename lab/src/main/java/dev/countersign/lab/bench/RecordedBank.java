package dev.countersign.lab.bench;

import dev.countersign.key.RandomIds;
import dev.countersign.policy.Answer;
import dev.countersign.policy.DatetimeValue;
import dev.countersign.policy.DecimalValue;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.IpValue;
import dev.countersign.policy.LongValue;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Request;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.SetValue;
import dev.countersign.policy.StringValue;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.DecisionRecord.Answered;
import dev.countersign.recorded.DecisionRecord.Outcome;
import dev.countersign.recorded.DecisionRecord.Stated;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * A week at the bank: records of what its customers did, decided by its policies. The same seed gives the same week, but for its names; four in
 * ten decisions are transfers, most of them small.
 */
final class RecordedBank {
    private static final int CUSTOMERS = 5_000;
    private static final List<String> REFERENCES =
            List.of("Rent", "Invoice 1042", "Insurance 7781/2", "Thank you", "Order 55-1029", "Salary November");

    private final PolicySet policies;
    private final Random random;
    private final RandomIds ids = new RandomIds(new SecureRandom());
    private Instant at;

    RecordedBank(PolicySet policies, Instant from, long seed) {
        this.policies = policies;
        this.at = from;
        this.random = new Random(seed);
    }

    DecisionRecord next() {
        at = at.plusMillis(1 + random.nextInt(5_000));
        var name = "customer-" + random.nextInt(CUSTOMERS);
        var transfer = random.nextInt(10) < 4;
        var principal = new Entity(
                new EntityUid("User", name),
                RecordValue.builder().put("name", name).put("person", name).build(),
                Set.of(new EntityUid("Group", "customers")),
                RecordValue.EMPTY);
        var owner = random.nextInt(50) == 0 ? "customer-" + random.nextInt(CUSTOMERS) : name;
        var resource = new Entity(
                new EntityUid("Account", "DE89370400440532" + (100_000 + random.nextInt(900_000))),
                RecordValue.builder().put("owner", owner).build(),
                Set.of(),
                RecordValue.EMPTY);
        var request = new Request(
                principal.uid(),
                new EntityUid("Action", transfer ? "transfer" : "read-account"),
                resource.uid(),
                context(transfer));
        return decided(request, List.of(principal, resource));
    }

    private RecordValue context(boolean transfer) {
        var context = RecordValue.builder()
                .put("now", new DatetimeValue(at.toEpochMilli()))
                .put("enforcement_point", "bank")
                .put("network", RecordValue.builder().put("ip", ip()).build())
                .put("session", session());
        if (transfer) {
            context.put("transaction_type", "payment").put("transaction", payment());
        }
        return context.build();
    }

    private IpValue ip() {
        return IpValue.parse("203.0.113." + random.nextInt(256));
    }

    private RecordValue session() {
        var age = random.nextInt(3_600);
        var session = RecordValue.builder()
                .put("acr", "urn:countersign:acr:base")
                .put("amr", SetValue.ofStrings(List.of("pwd")))
                .put("auth_age", age)
                .put("age", age)
                .put("binding", random.nextInt(40) == 0 ? "none" : "dpop")
                .put("client", "bank")
                .put("issuer", "https://login.bank.example/realms/customers")
                .put("signals", random.nextInt(200) == 0 ? 20 : 0);
        if (random.nextInt(3) == 0) {
            session.put("step_up_acr", "urn:countersign:acr:phr").put("step_up_age", random.nextInt(1_200));
        }
        return session.build();
    }

    private RecordValue payment() {
        var cents = (long) Math.exp(5 + 2 * Math.abs(random.nextGaussian() * 2));
        var amount = String.format(Locale.ROOT, "%d.%02d", cents / 100, cents % 100);
        return RecordValue.builder()
                .put("amount", DecimalValue.parse(amount))
                .put("currency", "EUR")
                .put(
                        "payee",
                        RecordValue.builder()
                                .put("name", "Payee " + random.nextInt(20_000))
                                .put("iban", "FR14200410100505000" + (10_000_000 + random.nextInt(90_000_000)))
                                .build())
                .put("reference", REFERENCES.get(random.nextInt(REFERENCES.size())))
                .build();
    }

    private DecisionRecord decided(Request request, List<Entity> entities) {
        var evaluation = policies.evaluate(request, policies.entities().with(entities));
        var stated = new ArrayList<Stated>();
        var answer = evaluation.answer(requirement -> {
            var met = isMet(requirement, request.context());
            stated.add(new Stated(requirement, met));
            return met;
        });
        var evaluationId = ids.next("ev_", at);
        return switch (answer) {
            case Answer.Permit permit ->
                record(
                        evaluationId,
                        "permitted",
                        "Permitted",
                        Outcome.PERMIT,
                        ids(permit.policies()),
                        stated,
                        request,
                        entities);
            case Answer.Deny deny ->
                record(
                        evaluationId,
                        deny.reason().name().toLowerCase(Locale.ROOT),
                        "No policy permits this",
                        Outcome.DENY,
                        ids(deny.policies()),
                        stated,
                        request,
                        entities);
            case Answer.Open open ->
                record(
                        evaluationId,
                        "step_up_required",
                        "Transfers from 1,000.00 need a step-up",
                        Outcome.OPEN,
                        ids(open.policies()),
                        stated,
                        request,
                        entities);
        };
    }

    private boolean isMet(Requirement requirement, RecordValue context) {
        if (!(context.get("session") instanceof RecordValue session)) {
            return false;
        }
        return switch (requirement) {
            case Requirement.StepUp _ -> session.get("step_up_age") instanceof LongValue age && age.value() <= 300;
            case Requirement.Approval _ -> random.nextBoolean();
            case Requirement.Signature _ -> random.nextBoolean();
            case Requirement.Proof _ -> !new StringValue("none").equals(session.get("binding"));
        };
    }

    private DecisionRecord record(
            String id,
            String code,
            String text,
            Outcome outcome,
            List<String> deciding,
            List<Stated> stated,
            Request request,
            List<Entity> entities) {
        return new DecisionRecord(
                id,
                at,
                "bank",
                code,
                text,
                deciding,
                policies.hash().value(),
                random.nextInt(Integer.MAX_VALUE),
                request,
                entities,
                new Answered(outcome, deciding, stated));
    }

    private static List<String> ids(List<Policy> policies) {
        return policies.stream().map(Policy::id).toList();
    }
}
