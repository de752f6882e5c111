package dev.countersign.recorded;

import dev.countersign.policy.DatetimeValue;
import dev.countersign.policy.DecimalValue;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.IpValue;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Request;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.SetValue;
import dev.countersign.recorded.DecisionRecord.Answered;
import dev.countersign.recorded.DecisionRecord.Outcome;
import dev.countersign.recorded.DecisionRecord.Stated;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Records for tests. */
public final class Samples {
    public static final Instant AT = Instant.parse("2026-11-24T12:00:00.123456Z");

    private Samples() {}

    /** An open transfer of alice's, with every kind of requirement and value. */
    public static DecisionRecord open(String evaluationId, Instant at) {
        return of(
                evaluationId,
                at,
                context("dpop", "2500.00"),
                new Answered(
                        Outcome.OPEN,
                        List.of("needs-step-up", "needs-two"),
                        List.of(
                                new Stated(
                                        new Requirement.StepUp(
                                                "needs-step-up",
                                                "urn:countersign:acr:phr",
                                                Set.of("hwk"),
                                                Duration.ofMinutes(5)),
                                        false),
                                new Stated(
                                        new Requirement.Approval(
                                                "needs-two",
                                                2,
                                                new EntityUid("Group", "treasury"),
                                                Duration.ofMinutes(15),
                                                true),
                                        true),
                                new Stated(new Requirement.Signature("signed"), false),
                                new Stated(new Requirement.Proof("bound"), true))));
    }

    public static DecisionRecord of(String evaluationId, Instant at, RecordValue context, Answered answered) {
        var alice = new Entity(
                new EntityUid("User", "alice"),
                RecordValue.builder()
                        .put("name", "alice")
                        .put("person", "alice")
                        .build(),
                Set.of(new EntityUid("Group", "staff")),
                RecordValue.EMPTY);
        var account = new Entity(
                new EntityUid("Account", "a1"),
                RecordValue.builder().put("owner", "alice").build(),
                Set.of(),
                RecordValue.EMPTY);
        return new DecisionRecord(
                evaluationId,
                at,
                "bank",
                answered.outcome() == Outcome.PERMIT ? "permitted" : "forbidden",
                "Übertrag über 1.000",
                answered.deciding(),
                "sha256:00",
                17,
                new Request(alice.uid(), new EntityUid("Action", "transfer"), account.uid(), context),
                List.of(alice, account),
                answered);
    }

    /** Of a session with this binding, ten minutes old, for a transfer of this amount. */
    public static RecordValue context(String binding, String amount) {
        return RecordValue.builder()
                .put("now", new DatetimeValue(AT.toEpochMilli()))
                .put(
                        "network",
                        RecordValue.builder()
                                .put("ip", IpValue.parse("203.0.113.7"))
                                .build())
                .put("amount", DecimalValue.parse(amount))
                .put(
                        "session",
                        RecordValue.builder()
                                .put("acr", "urn:countersign:acr:base")
                                .put("amr", SetValue.ofStrings(List.of("pwd")))
                                .put("auth_age", 600)
                                .put("binding", binding)
                                .build())
                .build();
    }
}
