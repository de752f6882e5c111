package dev.countersign.dbsc;

import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.key.RandomIds;
import dev.countersign.session.Session;
import dev.countersign.session.SessionBinding;
import dev.countersign.session.SessionId;
import dev.countersign.session.Sessions;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/** Keys of browsers, and what their requests show of them. */
public final class DbscFeature {
    /** Bytes of the secret that authenticates challenges. */
    private static final int SECRET_BYTES = 32;

    private final Settings settings;
    private final BoundCookies cookies;
    private final Registrations registrations;
    private final Refreshes refreshes;

    private DbscFeature(Settings settings, BoundCookies cookies, Registrations registrations, Refreshes refreshes) {
        this.settings = settings;
        this.cookies = cookies;
        this.registrations = registrations;
        this.refreshes = refreshes;
    }

    public static DbscFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            Sessions sessions,
            SessionBinding binding,
            InstantSource clock,
            SecureRandom random) {
        var ids = new RandomIds(random);
        var store = new DbscStore(database);
        var challenges = new Challenges(DbscStore.secret(journal, ids.bytes(SECRET_BYTES)), clock, ids);
        var cookies = new BoundCookies(settings.dbsc(), store, journal, clock, ids);
        return new DbscFeature(
                settings,
                cookies,
                new Registrations(challenges, cookies, sessions, binding, clock),
                new Refreshes(challenges, cookies, store, sessions, journal, clock));
    }

    public BoundCookies cookies() {
        return cookies;
    }

    /** The header value that asks the browser for a key, to be sent in the answer to a login alone; empty when none is asked for. */
    public Optional<String> offer(Session session) {
        return settings.dbsc().offered() && "https".equals(settings.issuer().getScheme())
                ? Optional.of(registrations.offer(session))
                : Optional.empty();
    }

    /** @param named the session of a request's long cookie */
    public void routes(HttpRouting.Builder routing, Function<ServerRequest, Optional<SessionId>> named) {
        new DbscRoutes(
                        settings.issuer().toString(),
                        registrations,
                        refreshes,
                        cookies,
                        new SessionInstructions(settings),
                        named)
                .register(routing);
    }
}
