package dev.countersign.login;

import dev.countersign.FreePort;
import dev.countersign.Settings;
import dev.countersign.certificate.ClientCertificates;
import dev.countersign.dbsc.DbscFeature;
import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.http.Listener;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.http.Problems;
import dev.countersign.policy.MappedClaims;
import dev.countersign.session.Acr;
import dev.countersign.session.DetailTypes;
import dev.countersign.session.Downstream;
import dev.countersign.session.OAuthForm;
import dev.countersign.session.Person;
import dev.countersign.session.SessionFeature;
import dev.countersign.session.Sessions;
import dev.countersign.store.Database;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import tools.jackson.databind.JsonNode;

/** A deployment with sessions and logins, an identity provider beside it, and a clock that tests move. */
final class LoginDeployment implements AutoCloseable {
    static final String REDIRECT_URI = "http://localhost:8402/callback";

    final String origin;
    final String issuer;
    final String providerIssuer;
    final MockOAuth2Server provider;
    final Sessions sessions;
    final LoginFeature login;
    final Database database;

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final EvidenceFeature evidence;
    private final WebServer server;

    LoginDeployment(Engine engine) {
        this(engine, false);
    }

    /** @param behindTls whether people reach it by https, through a proxy that the tests stand in for */
    LoginDeployment(Engine engine, boolean behindTls) {
        provider = new MockOAuth2Server(new OAuth2Config(true));
        var providerPort = FreePort.any();
        provider.start(providerPort);
        providerIssuer = "http://localhost:" + providerPort + "/demo";
        var port = FreePort.any();
        origin = "http://localhost:" + port;
        issuer = behindTls ? "https://localhost:" + port : origin;
        var settings = settings(TestDatabases.settings(engine));
        InstantSource clock = () -> Instant.now().plus(ahead.get());
        var random = new SecureRandom();
        database = Databases.open(settings);
        evidence = EvidenceFeature.wire(settings, database, clock, random);
        var journal = evidence.journal();
        var session = SessionFeature.wire(
                settings,
                database,
                journal,
                evidence.keys(),
                principal -> new Person(principal.id()),
                claims -> MappedClaims.NONE,
                clock,
                random);
        sessions = session.sessions();
        login = LoginFeature.wire(
                settings,
                database,
                journal,
                sessions,
                session.opening(),
                session.identityProviders(),
                DbscFeature.wire(settings, database, journal, sessions, session.binding(), clock, random),
                new Pages(),
                clock,
                random);
        var routing = HttpRouting.builder();
        new Problems(random).register(routing);
        var types = new PaymentType();
        login.routes(routing, types);
        session.routes(routing, login.codeGrants(), List.of(), ClientCertificates.none(), new NoDownstream(), types);
        routing.get(
                "/page",
                (request, response) -> login.browserSessions()
                        .require(request, response)
                        .ifPresent(found -> response.send(found.id().value())));
        routing.post(
                "/act",
                (request, response) -> login.browserSessions()
                        .requireFresh(request, response)
                        .ifPresent(found -> response.send(request.content().as(String.class))));
        server = Listener.start("localhost", port, routing);
    }

    private Settings settings(Settings minimal) {
        return new Settings(
                URI.create(issuer),
                minimal.host(),
                0,
                minimal.data(),
                minimal.databaseUrl(),
                null,
                null,
                null,
                minimal.policies(),
                minimal.transactionTypes(),
                List.of(new Settings.IdentityProvider(
                        URI.create(providerIssuer),
                        "countersign",
                        "secret of a test",
                        List.of(),
                        "sub",
                        "groups",
                        Map.of("gold", Acr.MFA))),
                List.of(new Settings.Client("bank", List.of(URI.create(REDIRECT_URI)), null)),
                List.of(),
                minimal.webauthn(),
                minimal.lifetimes());
    }

    /** One type of details: an amount. */
    private static final class PaymentType implements DetailTypes {
        @Override
        public Set<String> names() {
            return Set.of("payment");
        }

        @Override
        public void validate(String type, JsonNode details, String pointer) {
            if (!details.path("amount").isString()) {
                throw Problem.invalid(pointer + "/amount", "Missing");
            }
        }
    }

    /** Logins reach no further down. */
    private static final class NoDownstream implements Downstream {
        @Override
        public boolean takes(OAuthForm form) {
            return false;
        }

        @Override
        public Map<String, Object> exchange(Asked asked) {
            throw new IllegalStateException("Nothing is taken");
        }
    }

    void advance(Duration time) {
        ahead.updateAndGet(time::plus);
    }

    Instant now() {
        return Instant.now().plus(ahead.get());
    }

    long evidenceOf(String kind) {
        return database.read(handle -> handle.select("select count(*) from evidence where kind = ?", kind)
                .mapTo(Long.class)
                .one());
    }

    @Override
    public void close() {
        server.stop();
        provider.shutdown();
        evidence.close();
        database.close();
    }
}
