package dev.countersign.signal;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Problem;
import dev.countersign.jose.InvalidJws;
import dev.countersign.jose.UsedOnce;
import dev.countersign.key.Sha256;
import dev.countersign.session.NamedSessions;
import dev.countersign.signal.LogoutTokenCheck.LogoutToken;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.Map;

/** {@code POST /logout/backchannel}: an identity provider says that a session of its own is over. */
final class BackchannelLogoutRoutes {
    private final LogoutTokenCheck check;
    private final NamedSessions sessions;
    private final Journal journal;
    private final Refusals refusals;
    private final InstantSource clock;

    BackchannelLogoutRoutes(
            LogoutTokenCheck check, NamedSessions sessions, Journal journal, Refusals refusals, InstantSource clock) {
        this.check = check;
        this.sessions = sessions;
        this.journal = journal;
        this.refusals = refusals;
        this.clock = clock;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/logout/backchannel", this::logout);
    }

    /** §2.8: 200, or 400 with an OAuth error; never cached. */
    private void logout(ServerRequest request, ServerResponse response) {
        try {
            var token = check.verify(token(request));
            sessions.commit((handle, evidence, changes) -> {
                var name = Sha256.hex("logout\n" + token.issuer() + '\n' + token.jti());
                var kept = token.usableUntil().plus(SetCheck.SKEW).plus(SetCheck.SKEW);
                if (!UsedOnce.use(handle, name, kept, clock.instant())) {
                    throw new InvalidJws("It was used before");
                }
                var ended = end(changes, token);
                evidence.record(Entry.of("logout.received", token.issuer())
                        .with("jti", token.jti())
                        .with("sessions", ended));
                return ended;
            });
        } catch (InvalidJws e) {
            refuse(response, e);
            return;
        }
        response.status(200);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send();
    }

    private static String token(ServerRequest request) {
        try {
            var token = Bodies.form(request).getOrDefault("logout_token", "");
            if (!token.isEmpty()) {
                return token;
            }
        } catch (Problem e) {
            if (e.status() != 400 && e.status() != 415) {
                throw e;
            }
        }
        throw new InvalidJws("Send a form with logout_token");
    }

    /** §2.7: with a {@code sid} that session alone, also when there is a {@code sub}, which must fit then. */
    private static long end(NamedSessions.Changes changes, LogoutToken token) {
        var name = new NamedSessions.Name(token.issuer(), token.subject(), null, token.session(), null, null);
        var ended = 0L;
        for (var id : changes.find(name)) {
            ended += changes.end(id, "logout at the identity provider").size();
        }
        return ended;
    }

    private void refuse(ServerResponse response, InvalidJws e) {
        var seen = refusals.admit("logout\n" + e.text(), clock.instant());
        if (seen > 0) {
            journal.append(Entry.of("logout.refused", "backchannel")
                    .with("reason", e.text())
                    .with("seen", seen));
        }
        Answers.json(response, 400, Map.of("error", "invalid_request", "error_description", e.text()));
    }
}
