package dev.countersign.transaction;

import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Session;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;

/** The page that hands out files of requests and takes the answers of devices without network. */
final class OfflineFileRoutes {
    private final BrowserSessions browsers;
    private final Pages pages;
    private final Inbox inbox;
    private final PageViews views;
    private final VisibleRequests visible;
    private final OfflineFiles files;
    private final OfflineAnswers answers;

    OfflineFileRoutes(
            BrowserSessions browsers,
            Pages pages,
            Inbox inbox,
            PageViews views,
            VisibleRequests visible,
            OfflineFiles files,
            OfflineAnswers answers) {
        this.browsers = browsers;
        this.pages = pages;
        this.inbox = inbox;
        this.views = views;
        this.visible = visible;
        this.files = files;
        this.answers = answers;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/offline-files", this::choose)
                .post("/offline-files", this::download)
                .post("/offline-files/answers", this::take);
    }

    private void choose(ServerRequest request, ServerResponse response) {
        browsers.require(request, response).ifPresent(session -> {
            var keys = files.keys(session);
            var waiting = inbox.waitingFor(session).stream()
                    .filter(each -> keys.stream().anyMatch(key -> OfflineApprovals.counts(each, key)))
                    .map(each -> views.of(each, session, ApprovalRoutes.languages(request)))
                    .toList();
            pages.send(
                    response,
                    200,
                    "offline-files.jte",
                    Map.of("person", session.person().id(), "keys", keys, "waiting", waiting));
        });
    }

    /** {@code key} and the ids of requests, each a parameter of its own. */
    private void download(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            var form = Bodies.form(request);
            var key = form.getOrDefault("key", "");
            var requests =
                    form.keySet().stream().filter(name -> !name.equals("key")).toList();
            var file = files.write(session, key, requests);
            response.header(
                    HeaderNames.CONTENT_DISPOSITION,
                    "attachment; filename=\"countersign-" + key + "-" + file.sequence() + ".txt\"");
            Answers.text(response, 200, file.text());
        });
    }

    private void take(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            var form = Bodies.form(request);
            var taken =
                    answers.take(session, form.getOrDefault("answers", ""), number(form.getOrDefault("skip_to", "")));
            var rows = taken.stream().map(each -> row(each, session, request)).toList();
            pages.send(
                    response,
                    200,
                    "offline-answers.jte",
                    Map.of("person", session.person().id(), "answers", rows));
        });
    }

    private OfflineAnswerRow row(OfflineAnswer answer, Session session, ServerRequest request) {
        var title = visible.find(answer.request(), session)
                .map(found -> views.of(found, session, ApprovalRoutes.languages(request)))
                .map(RequestPage::headline)
                .orElse(answer.request());
        return new OfflineAnswerRow(
                answer.request(), title, answer.said().text(), answer.said() == OfflineAnswer.Said.SIGNED);
    }

    private static long number(String text) {
        if (text.isBlank()) {
            return 0;
        }
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw Problem.invalid("/skip_to", "Expected the number of a file");
        }
    }
}
