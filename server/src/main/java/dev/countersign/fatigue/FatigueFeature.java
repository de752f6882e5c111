package dev.countersign.fatigue;

import dev.countersign.http.Pages;
import dev.countersign.supervision.OperatorPolicy;
import dev.countersign.transaction.PromptFigures;
import io.helidon.webserver.http.HttpRouting;

/** The page of how often approvers are asked and how they answer, for those whom policy lets. */
public final class FatigueFeature {
    private final FatigueRoutes routes;

    private FatigueFeature(FatigueRoutes routes) {
        this.routes = routes;
    }

    public static FatigueFeature wire(PromptFigures figures, OperatorPolicy policy, Pages pages) {
        return new FatigueFeature(new FatigueRoutes(figures, policy, pages));
    }

    public void routes(HttpRouting.Builder routing) {
        routes.register(routing);
    }
}
