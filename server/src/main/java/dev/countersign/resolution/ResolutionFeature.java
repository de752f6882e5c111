package dev.countersign.resolution;

import dev.countersign.http.Pages;
import dev.countersign.session.BrowserSessions;
import dev.countersign.supervision.OperatorPolicy;
import dev.countersign.transaction.UnresolvedTransactions;
import io.helidon.webserver.http.HttpRouting;

/** What became of transactions whose outcome is unknown: the page, and who may say it. */
public final class ResolutionFeature {
    private final ResolutionRoutes routes;

    private ResolutionFeature(ResolutionRoutes routes) {
        this.routes = routes;
    }

    public static ResolutionFeature wire(
            UnresolvedTransactions transactions, OperatorPolicy policy, BrowserSessions browsers, Pages pages) {
        return new ResolutionFeature(new ResolutionRoutes(transactions, policy, browsers, pages));
    }

    public void routes(HttpRouting.Builder routing) {
        routes.register(routing);
    }
}
