package dev.countersign.login;

import dev.countersign.Settings;
import dev.countersign.dbsc.DbscFeature;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.CodeGrants;
import dev.countersign.session.DetailTypes;
import dev.countersign.session.IdentityProviders;
import dev.countersign.session.SessionOpening;
import dev.countersign.session.Sessions;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Logins of people with a browser, and the codes by which their applications get sessions. */
public final class LoginFeature {
    /** The client of browsers' own sessions. */
    public static final String BROWSERS = LoginRoutes.CLIENT;

    private final CookieSessions browsers;
    private final DbscFeature keys;
    private final Codes codes;
    private final LoginRoutes login;
    private final LogoutRoutes logout;
    private final AuthorizeRoutes authorize;

    private LoginFeature(
            CookieSessions browsers,
            DbscFeature keys,
            Codes codes,
            LoginRoutes login,
            LogoutRoutes logout,
            AuthorizeRoutes authorize) {
        this.browsers = browsers;
        this.keys = keys;
        this.codes = codes;
        this.login = login;
        this.logout = logout;
        this.authorize = authorize;
    }

    public static LoginFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            Sessions sessions,
            SessionOpening opening,
            IdentityProviders providers,
            DbscFeature keys,
            Pages pages,
            InstantSource clock,
            SecureRandom random) {
        var cookies = new Cookies(settings.issuer());
        var gate = new KeyGate(keys.cookies(), sessions, new Messages(pages));
        var remembered = new BrowserCookies(database, journal, clock);
        var browsers = new CookieSessions(settings, cookies, remembered, sessions, keys, gate, clock);
        var codes = new Codes(journal, sessions, clock, random);
        var attempts = new LoginAttempts(journal, clock, LoginAttempts.MAX_PENDING);
        var tokens = new TokenEndpoint(new OutboundHttp(settings.outbound()));
        var exchange = new ProviderExchange(settings.issuer(), providers, attempts, tokens, journal);
        var stepUps = new ProviderStepUpRoutes(
                providers, exchange, sessions, browsers, cookies, new Messages(pages), clock, random);
        return new LoginFeature(
                browsers,
                keys,
                codes,
                new LoginRoutes(
                        providers, attempts, exchange, stepUps, opening, browsers, cookies, pages, clock, random),
                new LogoutRoutes(settings, browsers, pages),
                new AuthorizeRoutes(
                        settings,
                        browsers,
                        new ApplicationSessions(sessions, opening, clock),
                        codes,
                        new Messages(pages),
                        clock));
    }

    public BrowserSessions browserSessions() {
        return browsers;
    }

    public CodeGrants codeGrants() {
        return codes;
    }

    /** @param types what authorization details may be about */
    public void routes(HttpRouting.Builder routing, DetailTypes types) {
        login.register(routing);
        logout.register(routing);
        authorize.register(routing, types);
        keys.routes(routing, browsers::named);
    }
}
