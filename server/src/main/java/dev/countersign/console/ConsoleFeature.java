package dev.countersign.console;

import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.policy.PolicySet;
import dev.countersign.recorded.DecisionRecords;
import dev.countersign.replay.Observation;
import dev.countersign.session.BrowserSessions;
import io.helidon.webserver.http.HttpRouting;
import java.util.Optional;
import java.util.function.Supplier;

/** What people see of the running system. Who may see it is policy: action {@code read-console}. */
public final class ConsoleFeature {
    private final ConsoleRoutes console;
    private final RecordedDecisionRoutes decisions;
    private final ObserveRoutes observe;

    private ConsoleFeature(ConsoleRoutes console, RecordedDecisionRoutes decisions, ObserveRoutes observe) {
        this.console = console;
        this.decisions = decisions;
        this.observe = observe;
    }

    public static ConsoleFeature wire(
            Journal journal,
            BrowserSessions browsers,
            Supplier<PolicySet> policies,
            DecisionRecords records,
            Supplier<Optional<Observation>> observed,
            Pages pages) {
        var access = new ConsoleAccess(policies);
        var observing = observed.get().isPresent();
        return new ConsoleFeature(
                new ConsoleRoutes(journal, browsers, access, records, observing, pages),
                new RecordedDecisionRoutes(records, browsers, access, policies, pages),
                new ObserveRoutes(observed, browsers, access, pages));
    }

    public void routes(HttpRouting.Builder routing) {
        console.register(routing);
        decisions.register(routing);
        observe.register(routing);
    }
}
