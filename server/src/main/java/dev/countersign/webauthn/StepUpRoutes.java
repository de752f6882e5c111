package dev.countersign.webauthn;

import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.ClientAddress;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.session.Acr;
import dev.countersign.session.Assurance;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.session.Sessions;
import dev.countersign.webauthn.Challenges.Purpose;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/** A person confirms with an authenticator; one session is raised (RFC 9470). */
final class StepUpRoutes {
    private final RegisteredAuthenticators authenticators;
    private final Challenges challenges;
    private final Refusals refusals;
    private final Sessions sessions;
    private final StepUps stepUps;
    private final BrowserSessions browserSessions;
    private final OtherStepUp other;
    private final Pages pages;
    private final InstantSource clock;

    StepUpRoutes(
            RegisteredAuthenticators authenticators,
            Challenges challenges,
            Refusals refusals,
            Sessions sessions,
            StepUps stepUps,
            BrowserSessions browserSessions,
            OtherStepUp other,
            Pages pages,
            InstantSource clock) {
        this.authenticators = authenticators;
        this.challenges = challenges;
        this.refusals = refusals;
        this.sessions = sessions;
        this.stepUps = stepUps;
        this.browserSessions = browserSessions;
        this.other = other;
        this.pages = pages;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/step-up", this::page)
                .post("/step-up/options", this::options)
                .post("/step-up", this::raise);
    }

    private void page(ServerRequest request, ServerResponse response) {
        var browser = browserSessions.require(request, response);
        if (browser.isEmpty()) {
            return;
        }
        var session = own(
                browser.get(),
                request.query().first("session").orElse(browser.get().id().value()));
        pages.send(
                response,
                200,
                "step-up.jte",
                Map.of(
                        "person", browser.get().principal().id(),
                        "session", session.id().value(),
                        "application", session.client(),
                        "hasAuthenticator", authenticators.has(browser.get().person()),
                        "returnTo", ReturnTo.of(request, "/approvals"),
                        "other", other(request, session),
                        "here", request.path().rawPath() + "?" + request.query().rawValue()));
    }

    /** The address of the other way, with what was asked here; "" when it cannot raise the session as far. */
    private String other(ServerRequest request, Session session) {
        var acr = request.query().first("acr_values").orElse(Acr.PHR);
        var active = session.state() == SessionState.ACTIVE;
        if (!active || !other.reaches(session, acr)) {
            return "";
        }
        var maxAge = request.query().first("max_age").map(age -> "&max_age=" + encode(age));
        return "/step-up/provider?session=" + session.id().value()
                + "&acr_values=" + encode(acr)
                + maxAge.orElse("")
                + "&return_to=" + encode(ReturnTo.of(request, "/approvals"));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private void options(ServerRequest request, ServerResponse response) {
        browserSessions.refuseForeign(request);
        var browser = browserSessions.requireFresh(request, response);
        if (browser.isEmpty()) {
            return;
        }
        var session = own(browser.get(), Bodies.object(request).text("session"));
        var person = browser.get().person();
        refusals.requireFew(person);
        if (!authenticators.has(person)) {
            throw Problem.conflict("no-authenticator", "You have no authenticator yet");
        }
        var challenge = challenges.mint(Purpose.STEP_UP, browser.get().id(), session.id());
        Answers.json(response, 200, Map.of("publicKey", authenticators.request(person, challenge)));
    }

    private void raise(ServerRequest request, ServerResponse response) {
        browserSessions.refuseForeign(request);
        var browser = browserSessions.requireFresh(request, response);
        if (browser.isEmpty()) {
            return;
        }
        var body = Bodies.object(request);
        var session = own(browser.get(), body.text("session"));
        var answer = body.object("response").node();
        var person = browser.get().person();
        refusals.requireFew(person);
        var challenge = Responses.claimedChallenge(answer, "/response");
        if (!challenges.spend(challenge, Purpose.STEP_UP, browser.get().id(), session.id())) {
            throw refusals.refuse(person, "challenge");
        }
        authenticators.verify(person, challenge, answer);
        var now = clock.instant();
        stepUps.made(session.id(), ClientAddress.of(request), now);
        sessions.raise(session.id(), new Assurance(Acr.PHR, Set.of("hwk", "user"), now));
        Answers.json(response, 200, Map.of("ok", true));
    }

    /** The browser's own session or a child of it; anything else does not exist for this browser. */
    private Session own(Session browser, String id) {
        SessionId wanted;
        try {
            wanted = new SessionId(id);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/session", "Not a session id");
        }
        return sessions.find(wanted)
                .filter(s -> s.id().equals(browser.id()) || browser.id().equals(s.parent()))
                .filter(s -> s.person().equals(browser.person()) && s.state() != SessionState.ENDED)
                .orElseThrow(() -> Problem.notFound("No such session"));
    }
}
