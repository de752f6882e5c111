package dev.countersign.webauthn;

import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Problem;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Session;
import dev.countersign.webauthn.Challenges.Purpose;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An authenticator that waits is registered again: {@link Reregistration}. */
final class ReregistrationRoutes {
    private final RegisteredAuthenticators authenticators;
    private final CredentialStore credentials;
    private final Challenges challenges;
    private final Refusals refusals;
    private final BrowserSessions browserSessions;
    private final ReregistrationGate gate;
    private final InstantSource clock;

    ReregistrationRoutes(
            RegisteredAuthenticators authenticators,
            CredentialStore credentials,
            Challenges challenges,
            Refusals refusals,
            BrowserSessions browserSessions,
            ReregistrationGate gate,
            InstantSource clock) {
        this.authenticators = authenticators;
        this.credentials = credentials;
        this.challenges = challenges;
        this.refusals = refusals;
        this.browserSessions = browserSessions;
        this.gate = gate;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/authenticators/again/options", this::options).post("/authenticators/again", this::confirm);
    }

    /** True when {@code session}'s login is from after all that its person disowned, and fresh. */
    static boolean isFreshEnough(Session session, Stream<Instant> disowned, Instant now) {
        return StepUp.loginIsFresh(session, now)
                && disowned.allMatch(at -> session.login().at().isAfter(at));
    }

    private void options(ServerRequest request, ServerResponse response) {
        var session = acting(request, response);
        if (session.isEmpty()) {
            return;
        }
        var person = session.get().person();
        refusals.requireFew(person);
        var credential = waiting(session.get(), Bodies.object(request).text("id", CredentialStore.MAX_ID));
        var id = session.get().id();
        var challenge = challenges.mint(Purpose.AGAIN, id, id);
        Answers.json(response, 200, Map.of("publicKey", authenticators.requestOf(credential, challenge)));
    }

    private void confirm(ServerRequest request, ServerResponse response) {
        var session = acting(request, response);
        if (session.isEmpty()) {
            return;
        }
        var body = Bodies.object(request);
        var credential = waiting(session.get(), body.text("id", CredentialStore.MAX_ID));
        var disownedAt = credential.disownedAt();
        if (disownedAt == null) {
            throw Problem.notFound("You have no such authenticator that waits");
        }
        var answer = body.object("response").node();
        var person = session.get().person();
        refusals.requireFew(person);
        var challenge = Responses.claimedChallenge(answer, "/response");
        var id = session.get().id();
        if (!challenges.spend(challenge, Purpose.AGAIN, id, id)) {
            throw refusals.refuse(person, "challenge");
        }
        authenticators.verifyAgain(credential, challenge, answer);
        // After the signature: nobody else is bothered for an authenticator that its owner does not hold.
        var waits = gate.waitsFor(request, session.get(), credential.id(), credential.label(), disownedAt);
        if (waits.isPresent()) {
            Answers.json(response, 202, Map.of("ok", false, "waits", waits.get()));
            return;
        }
        credentials.again(credential, id);
        Answers.json(response, 200, Map.of("ok", true));
    }

    private Optional<Session> acting(ServerRequest request, ServerResponse response) {
        browserSessions.refuseForeign(request);
        var session = browserSessions.require(request, response);
        if (session.isPresent() && !session.get().isLive(clock.instant())) {
            throw Problem.forbidden("This session is suspended");
        }
        return session;
    }

    private Credential waiting(Session session, String id) {
        var credential = credentials
                .find(session.person(), id)
                .orElseThrow(() -> Problem.notFound("You have no such authenticator that waits"));
        if (!isFreshEnough(session, Stream.ofNullable(credential.disownedAt()), clock.instant())) {
            throw StepUp.loginAgain();
        }
        return credential;
    }
}
