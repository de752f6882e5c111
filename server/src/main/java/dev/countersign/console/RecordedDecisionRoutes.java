package dev.countersign.console;

import dev.countersign.decision.StoredEntities;
import dev.countersign.http.Answers;
import dev.countersign.http.Json;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.policy.Answer;
import dev.countersign.policy.Explanation;
import dev.countersign.policy.ExplanationJson;
import dev.countersign.policy.PolicySet;
import dev.countersign.recorded.DecisionRecord;
import dev.countersign.recorded.DecisionRecord.Answered;
import dev.countersign.recorded.DecisionRecord.Outcome;
import dev.countersign.recorded.DecisionRecords;
import dev.countersign.recorded.RecordJson;
import dev.countersign.replay.Replay;
import dev.countersign.session.BrowserSessions;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The page of one decision: what was asked, what was answered, and why. */
final class RecordedDecisionRoutes {
    private static final Pattern EVALUATION_ID = Pattern.compile("ev_[A-Za-z0-9_-]{21}[AQgw]");

    private final DecisionRecords records;
    private final BrowserSessions browsers;
    private final ConsoleAccess access;
    private final Supplier<PolicySet> policies;
    private final StoredEntities entities;
    private final Pages pages;

    RecordedDecisionRoutes(
            DecisionRecords records,
            BrowserSessions browsers,
            ConsoleAccess access,
            Supplier<PolicySet> policies,
            StoredEntities entities,
            Pages pages) {
        this.records = records;
        this.browsers = browsers;
        this.access = access;
        this.policies = policies;
        this.entities = entities;
        this.pages = pages;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/console/decisions/{id}", this::decision);
    }

    private void decision(ServerRequest request, ServerResponse response) {
        var session = browsers.require(request, response);
        if (session.isEmpty()) {
            return;
        }
        access.require(session.get());
        var id = request.path().pathParameters().get("id");
        if (!EVALUATION_ID.matcher(id).matches()) {
            throw Problem.notFound("There is no such decision");
        }
        var decision = records.find(id)
                .orElseThrow(() ->
                        Problem.notFound("There is no record of this decision. A record is there a second after its"
                                + " decision, and goes when its time is over"));
        var live = policies.get();
        var explanation =
                new Replay(live, () -> entities.with(live)).explain(decision).orElse(null);
        if (wantsPage(request)) {
            var page = DecisionPage.of(
                    decision,
                    live.hash().value(),
                    explanation == null ? null : WhyView.of(explanation),
                    otherwise(decision.answered(), explanation));
            var person = session.get().principal().id();
            pages.send(response, 200, "decision.jte", Map.of("person", person, "decision", page));
        } else {
            json(response, decision, live, explanation);
        }
    }

    private static void json(
            ServerResponse response, DecisionRecord decision, PolicySet live, @Nullable Explanation explanation) {
        var json = Json.MAPPER.createObjectNode();
        json.set("record", Json.MAPPER.readTree(RecordJson.write(decision)));
        json.put("live_policy_set", live.hash().value());
        json.put("same_policy_set", live.hash().value().equals(decision.policySet()));
        if (explanation != null) {
            json.set("explanation", ExplanationJson.write(explanation));
        }
        Answers.json(response, 200, json);
    }

    /** What the live set answers where that is not what was answered then. */
    private static @Nullable String otherwise(@Nullable Answered then, @Nullable Explanation now) {
        if (then == null || now == null) {
            return null;
        }
        return switch (now.answer()) {
            case Answer.Permit _ -> then.outcome() == Outcome.PERMIT ? null : "permitted";
            case Answer.Deny _ -> then.outcome() == Outcome.DENY ? null : "refused";
            case Answer.Open _ -> then.outcome() == Outcome.OPEN ? null : "refused until something more has happened";
        };
    }

    /** Browsers name HTML when they load a page. */
    static boolean wantsPage(ServerRequest request) {
        return request.headers().first(HeaderNames.ACCEPT).orElse("").contains("text/html");
    }
}
