package dev.countersign.transaction;

import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import dev.countersign.session.BrowserSessions;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;

/** What the page of an approver without an authenticator sends. For browsers alone: a program would only pass numbers on. */
final class NumberRoutes {
    private final BrowserSessions browsers;
    private final VisibleRequests visible;
    private final PageViews views;
    private final NumberMatching numbers;

    NumberRoutes(BrowserSessions browsers, VisibleRequests visible, PageViews views, NumberMatching numbers) {
        this.browsers = browsers;
        this.visible = visible;
        this.views = views;
        this.numbers = numbers;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/approvals/{id}/number", this::ask).post("/approvals/{id}/number/answer", this::answer);
    }

    private void ask(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            var task = visible.require(id(request), session);
            var shown = views.shown(task, Bodies.object(request).only(Set.of("display", "locale")));
            var nonce = numbers.ask(task, session, shown);
            Answers.json(response, 200, Json.MAPPER.createObjectNode().put("nonce", nonce));
        });
    }

    private void answer(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            var task = visible.require(id(request), session);
            var body = Bodies.object(request).only(Set.of("nonce", "number"));
            numbers.answer(task, session, body.text("nonce"), body.text("number"));
            Answers.json(response, 200, Json.MAPPER.createObjectNode().put("consented", true));
        });
    }

    private static String id(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }
}
