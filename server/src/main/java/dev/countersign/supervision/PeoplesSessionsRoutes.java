package dev.countersign.supervision;

import dev.countersign.decision.OwnDecisions.Caller;
import dev.countersign.decision.OwnDecisions.Decided;
import dev.countersign.decision.TokenCallers;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Session;
import dev.countersign.session.SessionEnding;
import dev.countersign.session.SessionEnding.Ending;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionSearch;
import dev.countersign.session.Sessions;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sessions of all people, for whom policy lets look and end: {@link OperatorPolicy}. */
final class PeoplesSessionsRoutes {
    private static final String PATH = "/console/sessions";

    private final OperatorPolicy policy;
    private final BrowserSessions browsers;
    private final Sessions sessions;
    private final SessionSearch search;
    private final SessionEnding ending;
    private final Alarms alarms;
    private final SessionTree tree;
    private final Pages pages;
    private final InstantSource clock;

    PeoplesSessionsRoutes(
            OperatorPolicy policy,
            BrowserSessions browsers,
            Sessions sessions,
            SessionSearch search,
            SessionEnding ending,
            Alarms alarms,
            SessionTree tree,
            Pages pages,
            InstantSource clock) {
        this.policy = policy;
        this.browsers = browsers;
        this.sessions = sessions;
        this.search = search;
        this.ending = ending;
        this.alarms = alarms;
        this.tree = tree;
        this.pages = pages;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.get(PATH, this::list).post(PATH + "/{id}/end", this::end).delete(PATH + "/{id}", this::end);
    }

    private void list(ServerRequest request, ServerResponse response) {
        policy.caller(request, response).ifPresent(caller -> {
            var query = SearchQuery.of(request.query());
            var read = policy.mayRead(caller);
            if (!read.isPermit()) {
                refuse(request, response, caller, read, query.path(PATH, query.after()));
                return;
            }
            var now = clock.instant();
            var page = search.find(query.criteria(), query.after(), now);
            var viewer = caller.checked().session();
            if (MySessionsRoutes.wantsPage(request)) {
                pages.send(response, 200, "console-sessions.jte", model(viewer, query, page));
                return;
            }
            var json = Json.MAPPER.createObjectNode();
            var list = json.putArray("sessions");
            page.sessions().forEach(seen -> list.add(SessionJson.write(seen, viewer.id(), now)));
            json.put("scanned", page.scanned());
            json.put("next", page.next() == null ? null : SearchQuery.token(page.next()));
            Answers.json(response, 200, json);
        });
    }

    private Map<String, Object> model(Session viewer, SearchQuery query, SessionSearch.Page page) {
        var model = new HashMap<String, Object>();
        model.put("person", viewer.principal().id());
        model.put("query", query);
        model.put(
                "sessions",
                page.sessions().stream()
                        .map(seen ->
                                SessionView.of(seen, List.of(), viewer.id(), tree.browserClient(), clock.instant()))
                        .toList());
        model.put("scanned", page.scanned());
        model.put("next", page.next() == null ? "" : query.path(PATH, page.next()));
        model.put("alarms", alarms.newest());
        return model;
    }

    private void end(ServerRequest request, ServerResponse response) {
        if (TokenCallers.authorization(request).isEmpty()) {
            browsers.refuseForeign(request);
        }
        policy.caller(request, response).ifPresent(caller -> {
            var back = back(request);
            var session = session(request.path().pathParameters().get("id"));
            var decided = policy.mayEnd(caller, session);
            if (!decided.isPermit()) {
                refuse(request, response, caller, decided, back);
                return;
            }
            var operator = caller.checked().session();
            var ended = ending.end(
                    session.id(),
                    new Ending(
                            "Ended by " + operator.principal().id() + " from the console",
                            operator.person(),
                            operator.id(),
                            decided.evaluationId()));
            if (MySessionsRoutes.wantsPage(request)) {
                Answers.redirect(response, back);
            } else {
                Answers.json(response, 200, Map.of("ended", ended, "evaluation_id", decided.evaluationId()));
            }
        });
    }

    /** The search that the form stood on, read as strictly as any search. */
    private static String back(ServerRequest request) {
        var form = MySessionsRoutes.wantsPage(request) && request.content().hasEntity()
                ? Bodies.form(request)
                : Map.<String, String>of();
        var query = SearchQuery.of(form);
        return query.path(PATH, query.after());
    }

    private Session session(String id) {
        SessionId wanted;
        try {
            wanted = new SessionId(id);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/session", "Not a session id");
        }
        return sessions.find(wanted).orElseThrow(() -> Problem.notFound("There is no such session"));
    }

    /** A program learns what is open; a person is led to the step-up, or told why not. */
    private void refuse(ServerRequest request, ServerResponse response, Caller caller, Decided decided, String back) {
        if (!MySessionsRoutes.wantsPage(request)) {
            Answers.json(response, 403, decided.answer());
            return;
        }
        var reason = decided.answer().path("context").path("reason");
        if (reason.path("code").asString("").equals("step_up_required")) {
            var session = caller.checked().session().id();
            Answers.redirect(
                    response,
                    "/step-up?session=" + session + "&return_to=" + URLEncoder.encode(back, StandardCharsets.UTF_8));
            return;
        }
        throw Problem.forbidden(reason.path("text").asString("No policy permits this"));
    }
}
