package dev.countersign.fatigue;

import dev.countersign.decision.OwnDecisions.Intent;
import dev.countersign.http.Answers;
import dev.countersign.http.Json;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.supervision.OperatorPolicy;
import dev.countersign.transaction.PromptFigures;
import dev.countersign.transaction.PromptFigures.Figures;
import dev.countersign.transaction.PromptFigures.Report;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /console/fatigue}: how often approvers were asked within 7 and 30 days, and how they answered. Whoever looks is decided
 * by the live policies: {@value #READ} on {@code Console::"countersign"}.
 */
final class FatigueRoutes {
    static final String READ = "readFatigue";
    static final String PATH = "/console/fatigue";

    /** Longest first. */
    static final List<Duration> WINDOWS = List.of(Duration.ofDays(30), Duration.ofDays(7));

    private final PromptFigures figures;
    private final OperatorPolicy policy;
    private final Pages pages;

    FatigueRoutes(PromptFigures figures, OperatorPolicy policy, Pages pages) {
        this.figures = figures;
        this.policy = policy;
        this.pages = pages;
    }

    void register(HttpRouting.Builder routing) {
        routing.get(PATH, this::show);
    }

    private void show(ServerRequest request, ServerResponse response) {
        policy.caller(request, response).ifPresent(caller -> {
            var wantsPage =
                    request.headers().first(HeaderNames.ACCEPT).orElse("").contains("text/html");
            var read = policy.decide(caller, new Intent(READ, "Console", "countersign", null, null));
            if (!read.isPermit() && wantsPage) {
                throw Problem.forbidden(read.answer()
                        .path("context")
                        .path("reason")
                        .path("text")
                        .asString("No policy permits this"));
            }
            if (!read.isPermit()) {
                Answers.json(response, 403, read.answer());
                return;
            }
            var reports = figures.over(WINDOWS);
            if (wantsPage) {
                var person = caller.checked().session().principal().id();
                pages.send(response, 200, "fatigue.jte", Map.of("person", person, "reports", FatigueView.of(reports)));
            } else {
                Answers.json(response, 200, json(reports));
            }
        });
    }

    private static ObjectNode json(List<Report> reports) {
        var answer = Json.MAPPER.createObjectNode();
        var windows = answer.putArray("windows");
        reports.forEach(report -> {
            var window =
                    windows.addObject().put("days", report.window().toDays()).put("whole", report.whole());
            write(window.putArray("approvers"), report.approvers());
            write(window.putArray("groups"), report.groups());
        });
        return answer;
    }

    private static void write(ArrayNode array, List<Figures> figures) {
        for (var each : figures) {
            var row = array.addObject()
                    .put("id", each.who())
                    .put("received", each.received())
                    .put("answered", each.answered())
                    .put("denied", each.denied())
                    .put("not_genuine", each.notGenuine())
                    .put("expired", each.expired());
            if (each.median() != null) {
                row.put("median_seconds", each.median().toSeconds());
            }
        }
    }
}
