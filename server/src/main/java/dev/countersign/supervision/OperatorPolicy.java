package dev.countersign.supervision;

import dev.countersign.decision.OwnDecisions;
import dev.countersign.decision.OwnDecisions.Caller;
import dev.countersign.decision.OwnDecisions.Decided;
import dev.countersign.decision.OwnDecisions.Intent;
import dev.countersign.decision.TokenCallers;
import dev.countersign.http.Problem;
import dev.countersign.policy.EntityUid;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.StringValue;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Presented;
import dev.countersign.session.Session;
import dev.countersign.session.SessionCheck.Checked;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who looks at the sessions of others, and what the live policies say of it: the actions {@value #READ} on
 * {@code Console::"countersign"} and {@value #END} on the session. Each answer is a decision, with its evidence.
 */
public final class OperatorPolicy {
    static final String READ = "readSessions";
    static final String END = "endSession";

    private final URI issuer;
    private final BrowserSessions browsers;
    private final TokenCallers tokens;
    private final OwnDecisions decisions;
    private final Supplier<PolicySet> policies;
    private final InstantSource clock;

    OperatorPolicy(
            URI issuer,
            BrowserSessions browsers,
            TokenCallers tokens,
            OwnDecisions decisions,
            Supplier<PolicySet> policies,
            InstantSource clock) {
        this.issuer = issuer;
        this.browsers = browsers;
        this.tokens = tokens;
        this.decisions = decisions;
        this.policies = policies;
        this.clock = clock;
    }

    /**
     * The live session that calls: by its token and proof when it sends an {@code Authorization}, else by the browser's
     * cookie. Empty when the answer already sends a browser to log in. Problem 401 or 403.
     */
    public Optional<Caller> caller(ServerRequest request, ServerResponse response) {
        if (!TokenCallers.authorization(request).isEmpty()) {
            return Optional.of(tokens.require(request, response));
        }
        var session = browsers.require(request, response);
        if (session.isEmpty()) {
            return Optional.empty();
        }
        if (!session.get().isLive(clock.instant())) {
            throw Problem.forbidden("This session is suspended until a step-up");
        }
        return Optional.of(caller(issuer, request, session.get()));
    }

    /** A browser's session as one that asks for a decision: its cookie was checked, and stands for no key. */
    static Caller caller(URI issuer, ServerRequest request, Session session) {
        var presented = new Presented(
                "",
                "Cookie",
                null,
                request.prologue().method().text(),
                issuer + request.path().rawPath(),
                request.remotePeer().host(),
                request.headers().first(HeaderNames.USER_AGENT).orElse(null),
                null);
        return new Caller(presented, new Checked.Live(session, null));
    }

    Decided mayRead(Caller caller) {
        return decide(caller, new Intent(READ, "Console", "countersign", null, null));
    }

    Decided mayEnd(Caller caller, Session session) {
        return decide(
                caller,
                new Intent(
                        END,
                        "Session",
                        session.id().value(),
                        Map.of("person", new StringValue(session.person().id())),
                        null,
                        null));
    }

    /** What the live policies say. Problem 403 when they do not know the action. */
    public Decided decide(Caller caller, Intent asked) {
        if (!policies.get().requests().hasAction(new EntityUid("Action", asked.action()))) {
            throw Problem.forbidden("The live policies do not know the action " + asked.action());
        }
        return decisions.decide(caller, asked);
    }
}
