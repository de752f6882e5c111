package dev.countersign.supervision;

import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Session;
import dev.countersign.session.SessionEnding;
import dev.countersign.session.SessionEnding.Also;
import dev.countersign.session.SessionEnding.Ending;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionSearch;
import dev.countersign.session.SessionSearch.Seen;
import dev.countersign.session.Sessions;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A person's own sessions: seen, ended, disowned. No policy is asked: taking away from oneself is always permitted, to a
 * suspended session too. That one sees only itself: it may be a thief's.
 */
final class MySessionsRoutes {
    private final BrowserSessions browsers;
    private final Sessions sessions;
    private final SessionSearch search;
    private final SessionEnding ending;
    private final Disowning disowning;
    private final SessionTree tree;
    private final Pages pages;
    private final InstantSource clock;

    MySessionsRoutes(
            BrowserSessions browsers,
            Sessions sessions,
            SessionSearch search,
            SessionEnding ending,
            Disowning disowning,
            SessionTree tree,
            Pages pages,
            InstantSource clock) {
        this.browsers = browsers;
        this.sessions = sessions;
        this.search = search;
        this.ending = ending;
        this.disowning = disowning;
        this.tree = tree;
        this.pages = pages;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/sessions", this::list)
                .get("/sessions/not-me", this::askNotMe)
                .post("/sessions/not-me", this::notMe)
                .post("/sessions/end-others", this::endOthers)
                .post("/sessions/{id}/end", this::endOne)
                .delete("/sessions/{id}", this::endOne);
    }

    private void list(ServerRequest request, ServerResponse response) {
        browsers.require(request, response).ifPresent(session -> {
            var now = clock.instant();
            var visible = visible(session);
            if (wantsPage(request)) {
                var roots = tree.of(visible, session.id(), now);
                pages.send(
                        response,
                        200,
                        "sessions.jte",
                        Map.of(
                                "person",
                                session.principal().id(),
                                "sessions",
                                roots,
                                "others",
                                visible.size() > 1 + below(visible, session),
                                "suspended",
                                !session.isLive(now)));
                return;
            }
            var json = Json.MAPPER.createObjectNode();
            var list = json.putArray("sessions");
            visible.forEach(seen -> list.add(SessionJson.write(seen, session.id(), now)));
            Answers.json(response, 200, json);
        });
    }

    /** The person's, or only the session itself while it is suspended. */
    private List<Seen> visible(Session session) {
        var all = search.of(session.person(), clock.instant());
        return session.isLive(clock.instant())
                ? all
                : all.stream()
                        .filter(seen -> seen.session().id().equals(session.id()))
                        .toList();
    }

    private static long below(List<Seen> all, Session session) {
        return all.stream()
                .filter(seen -> session.id().equals(seen.session().parent()))
                .count();
    }

    private void endOne(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.require(request, response).ifPresent(session -> {
            var id = own(session, request.path().pathParameters().get("id"));
            var ended = ending.end(id, byPerson(session));
            if (id.equals(session.id())) {
                done(request, response, ended, "Your session here has ended", "/sessions", "Log in again");
            } else {
                done(request, response, ended, null, "/sessions", "");
            }
        });
    }

    private void endOthers(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.require(request, response).ifPresent(session -> {
            var ended = ending.endAll(session.person(), session.id(), byPerson(session), Also.NOTHING);
            done(request, response, ended, null, "/sessions", "");
        });
    }

    private void askNotMe(ServerRequest request, ServerResponse response) {
        browsers.require(request, response).ifPresent(session -> {
            var named = request.query().first("session").orElse("");
            var model = new HashMap<String, Object>();
            model.put("person", session.principal().id());
            model.put("session", named.isEmpty() ? "" : own(session, named).value());
            pages.send(response, 200, "not-me.jte", model);
        });
    }

    private void notMe(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.require(request, response).ifPresent(session -> {
            var named = named(request);
            var ended = disowning.disown(session, named == null ? null : own(session, named));
            done(
                    request,
                    response,
                    ended,
                    "All your sessions have ended, and your authenticators wait to be registered again",
                    "/login?prompt=login&return_to=/authenticators",
                    "Log in and register them again");
        });
    }

    private static @Nullable String named(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return null;
        }
        if (isForm(request)) {
            var named = Bodies.form(request).get("session");
            return named == null || named.isEmpty() ? null : named;
        }
        return Bodies.object(request).only(Set.of("session")).optionalText("session", SearchQuery.MAX_VALUE);
    }

    private static boolean isForm(ServerRequest request) {
        return request.headers().first(HeaderNames.CONTENT_TYPE).orElse("").startsWith("application/x-www-form");
    }

    /** A session of this person, ended or not; others do not exist for them. */
    private SessionId own(Session session, String id) {
        SessionId wanted;
        try {
            wanted = new SessionId(id);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/session", "Not a session id");
        }
        return sessions.find(wanted)
                .filter(found -> found.person().equals(session.person()))
                .map(Session::id)
                .orElseThrow(() -> Problem.notFound("You have no such session"));
    }

    private static Ending byPerson(Session session) {
        return new Ending(
                "Ended by " + session.principal().id() + " on the page of sessions",
                session.person(),
                session.id(),
                null);
    }

    /** @param said a title when the page cannot be shown again, since its session has ended */
    private void done(
            ServerRequest request,
            ServerResponse response,
            int ended,
            @Nullable String said,
            String next,
            String link) {
        if (!wantsPage(request)) {
            Answers.json(response, 200, Map.of("ended", ended));
        } else if (said == null) {
            Answers.redirect(response, next);
        } else {
            pages.send(
                    response,
                    200,
                    "message.jte",
                    Map.of("title", said, "text", ended(ended), "href", next, "link", link));
        }
    }

    private static String ended(int count) {
        return count == 1 ? "One session has ended." : count + " sessions have ended.";
    }

    /** Browsers name HTML when they load a page or send a form. */
    static boolean wantsPage(ServerRequest request) {
        return request.headers().first(HeaderNames.ACCEPT).orElse("").contains("text/html");
    }
}
