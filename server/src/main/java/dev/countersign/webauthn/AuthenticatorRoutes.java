package dev.countersign.webauthn;

import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.ScopedSessions;
import dev.countersign.session.Session;
import dev.countersign.webauthn.Challenges.Purpose;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A person's authenticators: list, add, remove. */
final class AuthenticatorRoutes {
    /** Characters of a label. */
    static final int MAX_LABEL = 64;

    private final RegisteredAuthenticators authenticators;
    private final CredentialStore credentials;
    private final Ceremonies ceremonies;
    private final Challenges challenges;
    private final BrowserSessions browserSessions;
    private final ScopedSessions scopedSessions;
    private final Pages pages;
    private final InstantSource clock;

    AuthenticatorRoutes(
            RegisteredAuthenticators authenticators,
            CredentialStore credentials,
            Ceremonies ceremonies,
            Challenges challenges,
            BrowserSessions browserSessions,
            ScopedSessions scopedSessions,
            Pages pages,
            InstantSource clock) {
        this.authenticators = authenticators;
        this.credentials = credentials;
        this.ceremonies = ceremonies;
        this.challenges = challenges;
        this.browserSessions = browserSessions;
        this.scopedSessions = scopedSessions;
        this.pages = pages;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/authenticators", this::page)
                .post("/authenticators/options", this::options)
                .post("/authenticators/remove", this::remove)
                .post("/authenticators", this::add)
                .post(
                        "/api/authenticators/options",
                        (request, response) -> options(response, scoped(request, response)))
                .post("/api/authenticators", (request, response) -> add(request, response, scoped(request, response)));
    }

    private void page(ServerRequest request, ServerResponse response) {
        var session = browserSessions.require(request, response);
        if (session.isEmpty()) {
            return;
        }
        var rows = credentials.of(session.get().person()).stream()
                .map(AuthenticatorRow::of)
                .toList();
        var now = clock.instant();
        var fresh = rows.isEmpty() ? StepUp.loginIsFresh(session.get(), now) : StepUp.isFresh(session.get(), now);
        var disowned = credentials.of(session.get().person()).stream()
                .map(Credential::disownedAt)
                .filter(Objects::nonNull);
        pages.send(
                response,
                200,
                "authenticators.jte",
                Map.of(
                        "person", session.get().principal().id(),
                        "session", session.get().id().value(),
                        "authenticators", rows,
                        "mayChange", fresh,
                        "mayRegisterAgain", ReregistrationRoutes.isFreshEnough(session.get(), disowned, now),
                        "returnTo", ReturnTo.of(request, "/authenticators")));
    }

    private void options(ServerRequest request, ServerResponse response) {
        acting(request, response).ifPresent(session -> options(response, session));
    }

    private void options(ServerResponse response, Session session) {
        requireMayAdd(session);
        var challenge = challenges.mint(Purpose.REGISTER, session.id(), session.id());
        var name = session.principal().id();
        Answers.json(response, 200, Map.of("publicKey", authenticators.creation(session.person(), name, challenge)));
    }

    private void add(ServerRequest request, ServerResponse response) {
        acting(request, response).ifPresent(session -> add(request, response, session));
    }

    private void add(ServerRequest request, ServerResponse response, Session session) {
        var asFirst = requireMayAdd(session);
        var body = Bodies.object(request);
        var label = body.text("label", MAX_LABEL).strip();
        if (label.isEmpty()) {
            throw Problem.invalid("/label", "Must not be empty");
        }
        var answer = Responses.registration(body.object("response").node(), "/response");
        if (!challenges.spend(answer.challenge(), Purpose.REGISTER, session.id(), session.id())) {
            throw new Problem(403, "registration-refused", "This took too long or was already used; start again");
        }
        var credential = ceremonies.register(answer, session.person(), label, clock.instant());
        credentials.add(credential, asFirst);
        Answers.json(response, 201, Map.of("id", credential.id(), "label", label));
    }

    private void remove(ServerRequest request, ServerResponse response) {
        var session = acting(request, response);
        if (session.isEmpty()) {
            return;
        }
        if (!StepUp.isFresh(session.get(), clock.instant())) {
            throw StepUp.needed();
        }
        credentials.remove(session.get().person(), Bodies.object(request).text("id"));
        Answers.json(response, 200, Map.of("ok", true));
    }

    private Session scoped(ServerRequest request, ServerResponse response) {
        return scopedSessions.require(request, response, ScopedSessions.AUTHENTICATORS);
    }

    private Optional<Session> acting(ServerRequest request, ServerResponse response) {
        browserSessions.refuseForeign(request);
        var session = browserSessions.requireFresh(request, response);
        if (session.isPresent() && !session.get().isLive(clock.instant())) {
            throw Problem.forbidden("This session is suspended");
        }
        return session;
    }

    /** True when the person has none: a fresh login is enough then. Otherwise a fresh step-up is needed. */
    private boolean requireMayAdd(Session session) {
        var now = clock.instant();
        if (StepUp.isFresh(session, now)) {
            return false;
        }
        if (authenticators.has(session.person())) {
            throw StepUp.needed();
        }
        if (authenticators.hasAny(session.person())) {
            throw StepUp.waiting();
        }
        if (!StepUp.loginIsFresh(session, now)) {
            throw StepUp.loginNeeded();
        }
        return true;
    }
}
