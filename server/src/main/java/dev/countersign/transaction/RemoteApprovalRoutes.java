package dev.countersign.transaction;

import static java.util.Objects.requireNonNullElse;

import dev.countersign.display.SafeText;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.session.ScopedSessions;
import dev.countersign.session.Session;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Approvals for programs that a person runs: what the pages do, by access token with the scope
 * {@value ScopedSessions#APPROVALS} and proof. The bytes go out as they are signed, so that the program shows its own reading
 * of them; and with the nonce, so that it knows what its authenticator signs ({@link Challenge}).
 */
final class RemoteApprovalRoutes {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final ScopedSessions sessions;
    private final AccessRequests requests;
    private final Approvals approvals;
    private final VisibleRequests visible;
    private final PageViews views;
    private final Inbox inbox;
    private final Groups groups;
    private final InstantSource clock;

    RemoteApprovalRoutes(
            ScopedSessions sessions,
            AccessRequests requests,
            Approvals approvals,
            VisibleRequests visible,
            PageViews views,
            Inbox inbox,
            Groups groups,
            InstantSource clock) {
        this.sessions = sessions;
        this.requests = requests;
        this.approvals = approvals;
        this.visible = visible;
        this.views = views;
        this.inbox = inbox;
        this.groups = groups;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/api/approvals", this::list)
                .get("/api/approvals/{id}", this::show)
                .post("/api/approvals/{id}/options", this::options)
                .post("/api/approvals/{id}/sign", this::sign)
                .post("/api/approvals/{id}/deny", this::deny)
                .post("/api/approvals/{id}/withdraw", this::withdraw);
    }

    private void list(ServerRequest request, ServerResponse response) {
        var session = session(request, response);
        var answer = Json.MAPPER.createObjectNode();
        var waiting = answer.putArray("waiting");
        inbox.waitingFor(session).forEach(each -> waiting.add(json(each, session)));
        Answers.json(response, 200, answer);
    }

    private void show(ServerRequest request, ServerResponse response) {
        var session = session(request, response);
        Answers.json(response, 200, json(visible(request, session), session));
    }

    private void options(ServerRequest request, ServerResponse response) {
        var session = session(request, response);
        var asked = approvals.ask(visible(request, session), session, Shown.PLAIN);
        var answer = Json.MAPPER.createObjectNode().put("nonce", asked.nonce());
        answer.set("publicKey", asked.options());
        Answers.json(response, 200, answer);
    }

    private void sign(ServerRequest request, ServerResponse response) {
        var session = session(request, response);
        var task = visible(request, session);
        approvals.sign(task, session, Bodies.object(request).object("response").node());
        answer(response, task, session);
    }

    private void deny(ServerRequest request, ServerResponse response) {
        var session = session(request, response);
        var task = visible(request, session);
        if (!task.person().equals(session.person())
                && !task.mayApprove(session.person(), session.groups(), groups, clock.instant())) {
            throw Problem.forbidden("You cannot deny this request");
        }
        var reason = Bodies.object(request).only(Set.of("reason")).optionalText("reason", ApprovalRoutes.MAX_REASON);
        SafeText.require(requireNonNullElse(reason, ""), "/reason");
        requests.deny(task, session.person(), requireNonNullElse(reason, "No reason given"));
        answer(response, task, session);
    }

    private void withdraw(ServerRequest request, ServerResponse response) {
        var session = session(request, response);
        var task = visible(request, session);
        approvals.withdraw(task, session);
        answer(response, task, session);
    }

    private Session session(ServerRequest request, ServerResponse response) {
        return sessions.require(request, response, ScopedSessions.APPROVALS);
    }

    private AccessRequest visible(ServerRequest request, Session session) {
        return visible.require(request.path().pathParameters().get("id"), session);
    }

    private void answer(ServerResponse response, AccessRequest task, Session session) {
        Answers.json(response, 200, json(requests.find(task.id()).orElseThrow(), session));
    }

    /** {@code canonical}: base64url of the bytes that are signed; {@code lines}: of what a batch holds, {@link BatchLines#bytes}; {@code hash}: their SHA-256, hex. */
    private ObjectNode json(AccessRequest request, Session session) {
        var page = views.of(request, session, null);
        var json = Json.MAPPER
                .createObjectNode()
                .put("id", request.id())
                .put("title", page.title())
                .put("status", page.status())
                .put("canonical", BASE64URL.encodeToString(request.canonical()))
                .put("lines", request.lines() == null ? null : BASE64URL.encodeToString(request.lines()))
                .put("hash", request.hash().hex())
                .put("may_sign", approvals.maySign(request, session, clock.instant()))
                .put("created_at", request.createdAt().toString())
                .put("expires_at", request.expiresAt().toString());
        texts(json, "signed", page.signed());
        texts(json, "waiting", page.waiting());
        return json;
    }

    private static void texts(ObjectNode json, String name, List<String> texts) {
        var array = json.putArray(name);
        texts.forEach(array::add);
    }
}
