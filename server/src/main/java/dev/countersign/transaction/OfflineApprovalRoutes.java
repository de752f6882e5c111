package dev.countersign.transaction;

import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Pages;
import dev.countersign.offline.QrCode;
import dev.countersign.session.BrowserSessions;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;

/** The page that shows a transaction to a device without network and takes its code. */
final class OfflineApprovalRoutes {
    private final BrowserSessions browsers;
    private final Pages pages;
    private final VisibleRequests visible;
    private final OfflineApprovals offline;

    OfflineApprovalRoutes(BrowserSessions browsers, Pages pages, VisibleRequests visible, OfflineApprovals offline) {
        this.browsers = browsers;
        this.pages = pages;
        this.visible = visible;
        this.offline = offline;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/approvals/{id}/offline", this::choose)
                .post("/approvals/{id}/offline", this::ask)
                .post("/approvals/{id}/offline/answer", this::answer);
    }

    private void choose(ServerRequest request, ServerResponse response) {
        browsers.require(request, response).ifPresent(session -> {
            var task = visible.require(id(request), session);
            pages.send(
                    response,
                    200,
                    "offline-choose.jte",
                    Map.of(
                            "person",
                            session.person().id(),
                            "request",
                            task.id(),
                            "keys",
                            offline.usable(task, session)));
        });
    }

    private void ask(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            var task = visible.require(id(request), session);
            var key = Bodies.form(request).getOrDefault("key", "");
            var frames = offline.ask(task, session, key);
            pages.send(
                    response,
                    200,
                    "offline-sign.jte",
                    Map.of(
                            "person",
                            session.person().id(),
                            "request",
                            task.id(),
                            "key",
                            key,
                            "frames",
                            frames,
                            "codes",
                            frames.stream().map(QrCode::of).toList()));
        });
    }

    private void answer(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            var task = visible.require(id(request), session);
            var form = Bodies.form(request);
            offline.answer(task, session, form.getOrDefault("key", ""), form.getOrDefault("code", ""));
            Answers.redirect(response, "/approvals/" + task.id());
        });
    }

    private static String id(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }
}
