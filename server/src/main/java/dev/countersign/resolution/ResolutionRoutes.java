package dev.countersign.resolution;

import dev.countersign.decision.OwnDecisions.Caller;
import dev.countersign.decision.OwnDecisions.Decided;
import dev.countersign.decision.OwnDecisions.Intent;
import dev.countersign.decision.TokenCallers;
import dev.countersign.display.SafeText;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.policy.StringValue;
import dev.countersign.policy.Value;
import dev.countersign.session.BrowserSessions;
import dev.countersign.supervision.OperatorPolicy;
import dev.countersign.transaction.ReceiptPage;
import dev.countersign.transaction.UnresolvedTransactions;
import dev.countersign.transaction.UnresolvedTransactions.About;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * {@code /console/outcomes}: transactions whose outcome is unknown, and what a person found out about one. Both are
 * decisions of the live policies: {@value #READ} on {@code Console::"countersign"}, {@value #RESOLVE} on the
 * {@code Transaction}. An enforcement point cannot call these.
 */
final class ResolutionRoutes {
    static final String READ = "readOutcomes";
    static final String RESOLVE = "resolveOutcome";
    static final String PATH = "/console/outcomes";

    /** Transactions listed. */
    static final int MAX_LISTED = 200;

    /** Longest note, characters. */
    static final int MAX_NOTE = 500;

    private final UnresolvedTransactions transactions;
    private final OperatorPolicy policy;
    private final BrowserSessions browsers;
    private final Pages pages;

    ResolutionRoutes(
            UnresolvedTransactions transactions, OperatorPolicy policy, BrowserSessions browsers, Pages pages) {
        this.transactions = transactions;
        this.policy = policy;
        this.browsers = browsers;
        this.pages = pages;
    }

    void register(HttpRouting.Builder routing) {
        routing.get(PATH, this::list).post(PATH + "/{receipt}", this::resolve);
    }

    private void list(ServerRequest request, ServerResponse response) {
        policy.caller(request, response).ifPresent(caller -> {
            var read = policy.decide(caller, new Intent(READ, "Console", "countersign", null, null));
            if (!read.isPermit()) {
                refuse(request, response, caller, read);
                return;
            }
            var unresolved = transactions.oldest(
                    MAX_LISTED,
                    request.headers().first(HeaderNames.ACCEPT_LANGUAGE).orElse(null));
            if (wantsPage(request)) {
                pages.send(
                        response,
                        200,
                        "outcomes.jte",
                        Map.of("person", caller.checked().session().principal().id(), "transactions", unresolved));
            } else {
                Answers.json(response, 200, Map.of("transactions", rows(unresolved)));
            }
        });
    }

    private static List<Map<String, String>> rows(List<ReceiptPage> unresolved) {
        return unresolved.stream()
                .map(each -> Map.of(
                        "receipt", each.id(),
                        "title", each.title(),
                        "requester", each.requester(),
                        "enforcement_point", each.enforcementPoint(),
                        "permitted_at", each.permittedAt(),
                        "hash", each.hash()))
                .toList();
    }

    private void resolve(ServerRequest request, ServerResponse response) {
        if (TokenCallers.authorization(request).isEmpty()) {
            browsers.refuseForeign(request);
        }
        policy.caller(request, response).ifPresent(caller -> {
            var form = Bodies.form(request);
            var outcome = form.getOrDefault("outcome", "");
            if (!UnresolvedTransactions.RESOLUTIONS.contains(outcome)) {
                throw Problem.invalid("/outcome", "Expected executed, failed or not_executed");
            }
            var note = form.getOrDefault("note", "").strip();
            if (note.isEmpty() || note.length() > MAX_NOTE) {
                throw Problem.invalid("/note", "Expected 1 to " + MAX_NOTE + " characters: how you found out");
            }
            SafeText.require(note, "/note");
            // Whoever may not look learns nothing of which receipts there are.
            var read = policy.decide(caller, new Intent(READ, "Console", "countersign", null, null));
            if (!read.isPermit()) {
                refuse(request, response, caller, read);
                return;
            }
            var about = transactions
                    .find(request.path().pathParameters().get("receipt"))
                    .orElseThrow(() -> Problem.notFound("There is no such transaction"));
            var decided = policy.decide(
                    caller, new Intent(RESOLVE, "Transaction", about.receipt(), told(about, outcome), null, null));
            if (!decided.isPermit()) {
                refuse(request, response, caller, decided);
                return;
            }
            transactions.resolve(
                    about.receipt(), outcome, caller.checked().session().person(), decided.evaluationId(), note);
            if (wantsPage(request)) {
                Answers.redirect(response, PATH);
            } else {
                Answers.json(
                        response,
                        200,
                        Json.MAPPER
                                .createObjectNode()
                                .put("outcome", outcome)
                                .put("evaluation_id", decided.evaluationId()));
            }
        });
    }

    private static Map<String, Value> told(About about, String outcome) {
        return Map.of(
                "person", new StringValue(about.person().id()),
                "enforcement_point", new StringValue(about.enforcementPoint()),
                "transaction_type", new StringValue(about.type()),
                "resolution", new StringValue(outcome));
    }

    /** A program learns what is open; a person is led to the step-up, or told why not. */
    private static void refuse(ServerRequest request, ServerResponse response, Caller caller, Decided decided) {
        if (!wantsPage(request)) {
            Answers.json(response, 403, decided.answer());
            return;
        }
        var reason = decided.answer().path("context").path("reason");
        if (reason.path("code").asString("").equals("step_up_required")) {
            var session = caller.checked().session().id();
            Answers.redirect(
                    response,
                    "/step-up?session=" + session + "&return_to=" + URLEncoder.encode(PATH, StandardCharsets.UTF_8));
            return;
        }
        throw Problem.forbidden(reason.path("text").asString("No policy permits this"));
    }

    private static boolean wantsPage(ServerRequest request) {
        return request.headers().first(HeaderNames.ACCEPT).orElse("").contains("text/html");
    }
}
