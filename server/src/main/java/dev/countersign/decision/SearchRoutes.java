package dev.countersign.decision;

import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.http.Json;
import dev.countersign.policy.Search;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import tools.jackson.databind.node.ObjectNode;

/** AuthZEN Authorization API 1.0: subject, resource and action search (§8.4–8.6). */
final class SearchRoutes {
    private final Searches searches;
    private final PageTokens tokens;
    private final EnforcementPoints enforcementPoints;

    SearchRoutes(Searches searches, PageTokens tokens, EnforcementPoints enforcementPoints) {
        this.searches = searches;
        this.tokens = tokens;
        this.enforcementPoints = enforcementPoints;
    }

    void register(HttpRouting.Builder routing) {
        routing.post(
                        "/access/v1/search/subject",
                        (request, response) -> search(Search.Open.PRINCIPAL, request, response))
                .post(
                        "/access/v1/search/resource",
                        (request, response) -> search(Search.Open.RESOURCE, request, response))
                .post("/access/v1/search/action", (request, response) -> search(Search.Open.ACTION, request, response));
    }

    private void search(Search.Open open, ServerRequest request, ServerResponse response) {
        var exchange = Exchange.begin(request, response, enforcementPoints);
        var question = QuestionReader.search(exchange.body(), open);
        var query = PageTokens.query(exchange.asker(), open, exchange.body());
        var page = tokens.read(exchange.body(), query);
        var answer = searches.search(exchange.asker(), open, question, page, query);
        Answers.json(response, 200, write(answer, open));
    }

    /** §8.3: {@code page} first, so that a reader knows how much follows. */
    private static ObjectNode write(SearchAnswer answer, Search.Open open) {
        var body = Json.MAPPER.createObjectNode();
        body.putObject("page")
                .put("next_token", answer.nextToken())
                .put("count", answer.results().size());
        context(body.putObject("context"), answer);
        var results = body.putArray("results");
        for (var result : answer.results()) {
            if (open == Search.Open.ACTION) {
                results.addObject().put("name", result.id());
            } else {
                results.addObject().put("type", result.type()).put("id", result.id());
            }
        }
        return body;
    }

    private static void context(ObjectNode context, SearchAnswer answer) {
        context.put("search_id", answer.id());
        context.put("evaluated_at", answer.at().toString());
        context.put("policy", answer.policy());
        var refusal = answer.refusal();
        if (refusal != null) {
            context.putObject("reason").put("code", refusal.code().word()).put("text", refusal.text());
        }
        if (answer.withheld() > 0) {
            var withheld = context.putObject("withheld").put("count", answer.withheld());
            DecisionJson.obligations(withheld.putArray("requirements"), answer.requirements());
        }
        if (answer.nonce() != null) {
            context.put("dpop_nonce", answer.nonce());
        }
    }
}
