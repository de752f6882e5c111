package dev.countersign.offline;

import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.session.BrowserSessions;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;

/** The page on which a second person confirms keys of others. */
final class SecondPersonRoutes {
    private final SecondPerson second;
    private final BrowserSessions browsers;
    private final Pages pages;
    private final FreshStepUp stepUp;

    SecondPersonRoutes(SecondPerson second, BrowserSessions browsers, Pages pages, FreshStepUp stepUp) {
        this.second = second;
        this.browsers = browsers;
        this.pages = pages;
        this.stepUp = stepUp;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/offline-keys/waiting", this::list).post("/offline-keys/{id}/confirm", this::confirm);
    }

    private void list(ServerRequest request, ServerResponse response) {
        browsers.require(request, response).ifPresent(session -> {
            if (!second.isOne(session)) {
                throw Problem.forbidden("You confirm no keys of others");
            }
            pages.send(
                    response,
                    200,
                    "offline-keys-waiting.jte",
                    Map.of(
                            "person",
                            session.principal().id(),
                            "session",
                            session.id().value(),
                            "keys",
                            second.waiting(session),
                            "fresh",
                            stepUp.isIn(session)));
        });
    }

    private void confirm(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            stepUp.requireIn(session);
            var id = request.path().pathParameters().get("id");
            second.confirm(session, id, Bodies.form(request).getOrDefault("fingerprint", ""));
            Answers.redirect(response, "/offline-keys/waiting");
        });
    }
}
