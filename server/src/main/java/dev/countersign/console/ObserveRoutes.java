package dev.countersign.console;

import dev.countersign.http.Answers;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.replay.Observation;
import dev.countersign.session.BrowserSessions;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** How the candidate does beside the live policies. */
final class ObserveRoutes {
    private final Supplier<Optional<Observation>> observed;
    private final BrowserSessions browsers;
    private final ConsoleAccess access;
    private final Pages pages;

    ObserveRoutes(
            Supplier<Optional<Observation>> observed, BrowserSessions browsers, ConsoleAccess access, Pages pages) {
        this.observed = observed;
        this.browsers = browsers;
        this.access = access;
        this.pages = pages;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/console/observe", this::observe);
    }

    private void observe(ServerRequest request, ServerResponse response) {
        var session = browsers.require(request, response);
        if (session.isEmpty()) {
            return;
        }
        access.require(session.get());
        var observation = observed.get()
                .orElseThrow(
                        () -> Problem.notFound("No candidate is observed; the setting policies.observe names one"));
        if (RecordedDecisionRoutes.wantsPage(request)) {
            var person = session.get().principal().id();
            pages.send(response, 200, "observe.jte", Map.of("person", person, "observed", ObservePage.of(observation)));
        } else {
            Answers.json(response, 200, ObservationJson.write(observation));
        }
    }
}
