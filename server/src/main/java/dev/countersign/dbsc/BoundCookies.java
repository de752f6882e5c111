package dev.countersign.dbsc;

import dev.countersign.DbscSettings;
import dev.countersign.evidence.Journal;
import dev.countersign.key.RandomIds;
import dev.countersign.session.Binding;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.jdbi.v3.core.Handle;

/**
 * What requests show of their browser's key.
 *
 * <p>A thief is told from a slow tab like this: a browser has one jar. From the moment when it first sends the cookie of a
 * later proof, only requests that were already under way can still carry an earlier one; {@link #GRACE} later, who sends one
 * has it from elsewhere. A cookie whose successor never arrived is not suspicious.
 */
public final class BoundCookies {
    /** How long a request may be under way. */
    static final Duration GRACE = Duration.ofSeconds(30);

    /** How long after the registration a request may still come that the browser sent before. */
    static final Duration REGISTRATION_GRACE = Duration.ofSeconds(10);

    /** How much longer once it has sent the first bound cookie. */
    static final Duration FIRST_GRACE = Duration.ofSeconds(2);

    /** Demands for a new proof that one browser may miss: answers get lost. */
    static final int MAX_DEMANDS = 2;

    /** Randomness of each cookie, bytes. */
    private static final int BYTES = 32;

    private final DbscSettings settings;
    private final DbscStore store;
    private final Journal journal;
    private final InstantSource clock;
    private final RandomIds random;

    BoundCookies(DbscSettings settings, DbscStore store, Journal journal, InstantSource clock, RandomIds random) {
        this.settings = settings;
        this.store = store;
        this.journal = journal;
        this.clock = clock;
        this.random = random;
    }

    /** What {@code request} shows of the key of {@code session}. */
    public Standing of(ServerRequest request, Session session) {
        if (!(session.binding() instanceof Binding.DbscKey)) {
            return new Standing.Unbound();
        }
        var cookie = BoundCookie.read(request).orElse("");
        var known = store.cookie(session.id(), cookie).orElse(null);
        var now = clock.instant();
        if (known == null) {
            return new Standing.Missing();
        }
        if (known.isSuperseded(GRACE, now)) {
            return new Standing.Superseded();
        }
        if (known.isOlderThan(settings.cookie(), now)) {
            return new Standing.Missing();
        }
        if (known.confirmedAt() == null) {
            confirm(session.id(), cookie, now);
        }
        return new Standing.Proved(known.provedAt());
    }

    private void confirm(SessionId session, String cookie, Instant now) {
        journal.commit((handle, evidence) -> {
            DbscStore.confirm(handle, session, cookie, now);
            return session;
        });
    }

    /** True when a protected action may rely on it: nothing to prove, or proved just now. */
    public boolean isFresh(Standing standing) {
        return switch (standing) {
            case Standing.Unbound unbound -> true;
            case Standing.Proved proved -> clock.instant().isBefore(proved.at().plus(settings.fresh()));
            case Standing.Missing missing -> false;
            case Standing.Superseded superseded -> false;
        };
    }

    /**
     * True when the session was bound so shortly ago that requests from before may still arrive: until just after the browser
     * first sent a bound cookie.
     */
    public boolean isJustBound(Session session) {
        var now = clock.instant();
        return store.key(session.id())
                        .map(registered -> now.isBefore(registered.at().plus(REGISTRATION_GRACE)))
                        .orElse(false)
                && store.firstConfirmed(session.id())
                        .map(first -> now.isBefore(first.plus(FIRST_GRACE)))
                        .orElse(true);
    }

    /** Takes the bound cookie away: a browser that has the key proves it before its next request. */
    public void expire(ServerResponse response) {
        BoundCookie.remove(response);
    }

    /**
     * As {@link #expire}, for a request that needs a fresh proof. False when that was demanded again and again and this cookie
     * still comes: whoever sends it does not do as browsers do.
     */
    public boolean demand(ServerRequest request, ServerResponse response, Session session) {
        var now = clock.instant();
        var cookie = BoundCookie.read(request).orElse("");
        var demands = journal.commit((handle, evidence) -> DbscStore.demand(handle, session.id(), cookie, now));
        expire(response);
        return demands.count() <= MAX_DEMANDS || now.isBefore(demands.first().plus(GRACE));
    }

    /** A value for the cookie of a proof. */
    String mint() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random.bytes(BYTES));
    }

    /** Remembers the cookie of a proof made now; inside the caller's change. */
    void remember(Handle handle, SessionId session, String cookie, Instant now) {
        // twice the longest life: a cookie that was superseded is still known as such while it could have lived
        DbscStore.insertCookie(handle, session, cookie, now, now.minus(DbscSettings.MAX_COOKIE.multipliedBy(2)));
    }

    /** Gives the browser the cookie of a proof. */
    void give(ServerResponse response, String cookie) {
        BoundCookie.set(response, cookie, settings.cookie());
    }
}
