package dev.countersign.session;

import dev.countersign.Settings;
import dev.countersign.certificate.ClientCertificates;
import dev.countersign.enforce.EnforceFeature;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.evidence.Journal;
import dev.countersign.jose.OwnTokens;
import dev.countersign.key.CryptoProviders;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** Sessions, the tokens and proofs that stand for them, and the OAuth endpoints. */
public final class SessionFeature {
    private final Settings settings;
    private final KeyRing keys;
    private final InstantSource clock;
    private final LiveSessions sessions;
    private final Lifespans lifespans;
    private final RefreshTokens refreshTokens;
    private final AccessTokens tokens;
    private final IdentityProviders providers;
    private final EnforceFeature enforce;
    private final RefusedTokens refusedTokens;
    private final DpopProofs proofs;
    private final DpopNonces nonces;
    private final SessionSearch search;
    private final SessionEnding ending;

    private SessionFeature(
            Settings settings,
            KeyRing keys,
            InstantSource clock,
            SecureRandom random,
            LiveSessions sessions,
            Lifespans lifespans,
            Journal journal,
            OwnTokens tokens,
            ClaimsMapping mapping,
            EnforceFeature enforce,
            RefusedTokens refusedTokens,
            SessionSearch search,
            SessionEnding ending) {
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
        this.sessions = sessions;
        this.lifespans = lifespans;
        this.refreshTokens = new RefreshTokens(journal, sessions, clock, random);
        this.tokens = new AccessTokens(tokens, settings.lifetimes().token(), clock, new RandomIds(random));
        this.providers = new IdentityProviders(
                settings.identityProviders(), mapping, new OutboundHttp(settings.outbound()), clock);
        this.enforce = enforce;
        this.refusedTokens = refusedTokens;
        this.proofs = new DpopProofs(clock);
        this.nonces = new DpopNonces(clock, random);
        this.search = search;
        this.ending = ending;
    }

    /** Nothing is contacted: an identity provider may be away when we start. */
    public static SessionFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            KeyRing keys,
            People people,
            ClaimsMapping mapping,
            InstantSource clock,
            SecureRandom random) {
        return wire(settings, database, journal, keys, people, mapping, SessionObserver.NONE, clock, random);
    }

    /** As above; {@code observer} is told of every change of a session. */
    public static SessionFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            KeyRing keys,
            People people,
            ClaimsMapping mapping,
            SessionObserver observer,
            InstantSource clock,
            SecureRandom random) {
        CryptoProviders.install();
        var tokens = new OwnTokens(settings.issuer().toString(), keys, clock);
        var lifespans = new Lifespans(settings.lifetimes(), settings.clients());
        var sessions = new LiveSessions(database, journal, people, lifespans, clock, new RandomIds(random), observer);
        return new SessionFeature(
                settings,
                keys,
                clock,
                random,
                sessions,
                lifespans,
                journal,
                tokens,
                mapping,
                EnforceFeature.wire(settings, tokens, journal, clock, random),
                new RefusedTokens(journal, clock),
                new SessionSearch(database),
                new OrderedEnds(sessions, journal, observer, clock));
    }

    public Sessions sessions() {
        return sessions;
    }

    /** The same sessions, as identity providers name them. */
    public NamedSessions named() {
        return sessions;
    }

    /** For those who may look at sessions. */
    public SessionSearch search() {
        return search;
    }

    /** For those who may end them. */
    public SessionEnding ending() {
        return ending;
    }

    public SessionOpening opening() {
        return sessions;
    }

    /** Ties browsers' sessions to their keys. */
    public SessionBinding binding() {
        return sessions;
    }

    public SessionCheck check() {
        return new PresentedCheck(sessions, tokens, proofs, nonces, clock);
    }

    public EnforcementPoints enforcementPoints() {
        return enforce.enforcementPoints();
    }

    /** The providers and their keys; logins share them. */
    public IdentityProviders identityProviders() {
        return providers;
    }

    /** Access tokens, for who exchanges them. */
    public SessionTokens accessTokens() {
        return new LiveTokens(settings.issuer().toString(), tokens, sessions, clock);
    }

    /**
     * @param codes redeems the codes of logins
     * @param doors judge tokens that others issued
     * @param certificates judge client certificates
     * @param downstream exchanges our own tokens
     * @param types what authorization details may be about
     */
    public void routes(
            HttpRouting.Builder routing,
            CodeGrants codes,
            List<Door> doors,
            ClientCertificates certificates,
            Downstream downstream,
            DetailTypes types) {
        var issuer = settings.issuer().toString();
        var clients = new Clients(settings.clients(), enforce.assertions(), certificates);
        var answers = new OAuthAnswers(clients);
        var tokenProofs = new TokenProofs(settings, proofs, nonces);
        new TokenRoutes(
                        answers,
                        tokenProofs,
                        tokens,
                        new CodeGrant(clients, tokenProofs, codes),
                        new TokenExchange(
                                clients,
                                tokenProofs,
                                providers,
                                sessions,
                                new DoorExchange(doors, sessions, refusedTokens)),
                        clients,
                        downstream,
                        new RefreshGrant(clients, tokenProofs, refreshTokens),
                        refreshTokens,
                        lifespans,
                        new ClientCredentials(settings, clients, tokenProofs, certificates, sessions, clock),
                        enforce,
                        clock)
                .register(routing);
        new IntrospectionRoutes(answers, enforcementPoints(), clients, tokens, refreshTokens, sessions, issuer, clock)
                .register(routing);
        new MetadataRoutes(settings, keys, types.names()).register(routing);
    }
}
