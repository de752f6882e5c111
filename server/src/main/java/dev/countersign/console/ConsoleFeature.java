package dev.countersign.console;

import dev.countersign.decision.StoredEntities;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.policy.PolicySet;
import dev.countersign.session.BrowserSessions;
import io.helidon.webserver.http.HttpRouting;
import java.util.function.Supplier;

/** What people see of the running system. Who may see it is policy: action {@code read-console}. */
public final class ConsoleFeature {
    private final ConsoleRoutes routes;

    private ConsoleFeature(ConsoleRoutes routes) {
        this.routes = routes;
    }

    public static ConsoleFeature wire(
            Journal journal,
            BrowserSessions browsers,
            Supplier<PolicySet> policies,
            StoredEntities entities,
            Pages pages) {
        return new ConsoleFeature(new ConsoleRoutes(journal, browsers, new ConsoleAccess(policies, entities), pages));
    }

    public void routes(HttpRouting.Builder routing) {
        routes.register(routing);
    }
}
