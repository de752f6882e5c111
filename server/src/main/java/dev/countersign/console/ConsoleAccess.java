package dev.countersign.console;

import dev.countersign.decision.PrincipalEntity;
import dev.countersign.http.Problem;
import dev.countersign.policy.Answer;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.RecordValue;
import dev.countersign.policy.Request;
import dev.countersign.session.Session;
import java.util.List;
import java.util.function.Supplier;

/** Asks the live policies whether someone may read the console. No policy for it: nobody may. */
final class ConsoleAccess {
    private static final EntityUid READ = new EntityUid("Action", "read-console");
    private static final EntityUid CONSOLE = new EntityUid("Console", "countersign");

    private final Supplier<PolicySet> policies;

    ConsoleAccess(Supplier<PolicySet> policies) {
        this.policies = policies;
    }

    /** Problem 403 unless this session may read the console. */
    void require(Session session) {
        if (!mayRead(session)) {
            throw Problem.forbidden("The console is not yours to read");
        }
    }

    boolean mayRead(Session session) {
        var set = policies.get();
        var who = PrincipalEntity.of(session.principal(), session.person(), session.groups(), set.entities());
        var evaluation = set.evaluate(
                new Request(who.uid(), READ, CONSOLE, RecordValue.EMPTY),
                set.entities().with(List.of(who)));
        return evaluation.answer(requirement -> false) instanceof Answer.Permit;
    }
}
