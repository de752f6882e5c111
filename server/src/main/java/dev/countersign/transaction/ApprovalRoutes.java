package dev.countersign.transaction;

import static java.util.Objects.requireNonNullElse;

import dev.countersign.display.SafeText;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Session;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The pages on which people see, sign, deny and withdraw; and the JSON that those pages send. */
final class ApprovalRoutes {
    /** Longest reason of a denial, characters. */
    static final int MAX_REASON = 500;

    private final BrowserSessions browserSessions;
    private final Pages pages;
    private final AccessRequests requests;
    private final Approvals approvals;
    private final PageViews views;
    private final Inbox inbox;
    private final Groups groups;
    private final VisibleRequests visible;
    private final NumberMatching numbers;
    private final InstantSource clock;

    ApprovalRoutes(
            BrowserSessions browserSessions,
            Pages pages,
            AccessRequests requests,
            Approvals approvals,
            PageViews views,
            Inbox inbox,
            Groups groups,
            VisibleRequests visible,
            NumberMatching numbers,
            InstantSource clock) {
        this.browserSessions = browserSessions;
        this.pages = pages;
        this.requests = requests;
        this.approvals = approvals;
        this.views = views;
        this.inbox = inbox;
        this.groups = groups;
        this.visible = visible;
        this.numbers = numbers;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/approvals", this::list);
        routing.get("/approvals/{id}", this::show);
        routing.post("/approvals/{id}/options", this::options);
        routing.post("/approvals/{id}/sign", this::sign);
        routing.post("/approvals/{id}/deny", this::deny);
        routing.post("/approvals/{id}/withdraw", this::withdraw);
        routing.get("/transactions/{id}", this::transaction);
    }

    private void list(ServerRequest request, ServerResponse response) {
        browserSessions.require(request, response).ifPresent(session -> {
            var languages = languages(request);
            var waiting = inbox.waitingFor(session).stream()
                    .map(each -> views.of(each, session, languages))
                    .collect(Collectors.collectingAndThen(Collectors.toList(), InboxRow::merge));
            var mine = inbox.of(session).stream()
                    .map(each -> views.of(each, session, languages))
                    .toList();
            pages.send(
                    response,
                    200,
                    "approvals.jte",
                    Map.of("person", session.person().id(), "waiting", waiting, "mine", mine));
        });
    }

    private void show(ServerRequest request, ServerResponse response) {
        browserSessions.require(request, response).ifPresent(session -> {
            var task = visible(request, session);
            var page = views.of(task, session, languages(request));
            pages.send(
                    response,
                    200,
                    "approval.jte",
                    Map.of("person", session.person().id(), "request", page, "number", numbers.page(task, session)));
        });
    }

    private void transaction(ServerRequest request, ServerResponse response) {
        browserSessions.require(request, response).ifPresent(session -> {
            var receipt = inbox.receipt(request.path().pathParameters().get("id"), session)
                    .orElseThrow(() -> Problem.notFound("There is no such transaction"));
            pages.send(
                    response,
                    200,
                    "transaction.jte",
                    Map.of(
                            "person",
                            session.person().id(),
                            "receipt",
                            views.of(receipt, inbox.words(receipt), languages(request))));
        });
    }

    private void options(ServerRequest request, ServerResponse response) {
        browserSessions.refuseForeign(request);
        browserSessions.requireFresh(request, response).ifPresent(session -> {
            var answer = Json.MAPPER.createObjectNode();
            var task = visible(request, session);
            var shown = views.shown(task, Bodies.object(request).only(Set.of("display", "locale")));
            answer.set("publicKey", approvals.ask(task, session, shown).options());
            Answers.json(response, 200, answer);
        });
    }

    private void sign(ServerRequest request, ServerResponse response) {
        browserSessions.refuseForeign(request);
        browserSessions.requireFresh(request, response).ifPresent(session -> {
            var task = visible(request, session);
            approvals.sign(
                    task, session, Bodies.object(request).object("response").node());
            answer(response, task);
        });
    }

    private void deny(ServerRequest request, ServerResponse response) {
        browserSessions.refuseForeign(request);
        browserSessions.requireFresh(request, response).ifPresent(session -> {
            var task = visible(request, session);
            var body = Bodies.object(request);
            var isRequester = task.person().equals(session.person());
            if (body.flag("not_me", false) && isRequester) {
                requests.disown(task);
            } else {
                if (!session.isLive(clock.instant())
                        || !(isRequester
                                || task.mayApprove(session.person(), session.groups(), groups, clock.instant()))) {
                    throw Problem.forbidden("You cannot deny this request");
                }
                if (body.flag("not_me", false)) {
                    requests.suspect(task, session.person());
                    answer(response, task);
                    return;
                }
                var reason = requireNonNullElse(body.optionalText("reason", MAX_REASON), "No reason given");
                SafeText.require(reason, "/reason");
                requests.deny(task, session.person(), reason);
            }
            answer(response, task);
        });
    }

    /** An approver takes a signature back; the requester without one takes the request back. */
    private void withdraw(ServerRequest request, ServerResponse response) {
        browserSessions.refuseForeign(request);
        browserSessions.requireFresh(request, response).ifPresent(session -> {
            var task = visible(request, session);
            if (task.person().equals(session.person())) {
                requests.cancel(task, session.person().id(), null);
            } else {
                approvals.withdraw(task, session);
            }
            answer(response, task);
        });
    }

    private void answer(ServerResponse response, AccessRequest task) {
        var now = requests.find(task.id()).orElseThrow();
        var status = requests.progress(now, clock.instant()).status();
        Answers.json(response, 200, Json.MAPPER.createObjectNode().put("status", status));
    }

    static @Nullable String languages(ServerRequest request) {
        return request.headers().first(HeaderNames.ACCEPT_LANGUAGE).orElse(null);
    }

    private AccessRequest visible(ServerRequest request, Session session) {
        return visible.require(request.path().pathParameters().get("id"), session);
    }
}
