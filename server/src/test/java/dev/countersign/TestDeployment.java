package dev.countersign;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;

/** The whole server with the demo bank's policies, an identity provider beside it, and a clock that tests move. */
final class TestDeployment implements AutoCloseable {
    static final String BANK_KEY = "api-key-of-the-bank";
    static final String CORE_KEY = "api-key-of-the-core-banking-system";
    static final String FEED_KEY = "api-key-of-the-feed-of-entities";
    static final String DEVICES_KEY = "api-key-of-the-device-manager";
    static final String AUDITOR_KEY = "api-key-of-the-auditors-gateway";
    static final URI REDIRECT_URI = URI.create("http://localhost:8402/callback");

    /** What the bank's page calls at the bank; the bank asks Countersign about it. */
    static final URI BANK_CALL = URI.create("http://localhost:8402/api/transfers");

    static final Path BANK_POLICIES = Path.of("..", "policies", "bank");

    /** Where a command line waits for its login. */
    final URI commandLineRedirect = URI.create("http://127.0.0.1:" + FreePort.any() + "/callback");

    /** Of the client {@code edge}, which gets transaction tokens. */
    final ECKey edgeKey = newKey();

    final URI issuer;
    final Settings settings;
    final InstantSource clock;
    final MockOAuth2Server provider;
    Countersign server;

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    /** For policies of a test's own over the bank's words. */
    static void copyBankSchema(Path policies) throws IOException {
        for (var file : List.of("core.cedarschema", "bank.cedarschema")) {
            Files.copy(BANK_POLICIES.resolve(file), policies.resolve(file));
        }
    }

    TestDeployment(Engine engine) {
        this(TestDatabases.settings(engine), BANK_POLICIES);
    }

    TestDeployment(Settings base, Path policies) {
        this(base, Settings.Policies.of(policies));
    }

    TestDeployment(Settings base, Settings.Policies policies) {
        this(base, policies, provider(), (issuer, settings) -> settings);
    }

    /** One with settings of its own, given its issuer, at a provider that others may share. */
    TestDeployment(
            Settings base,
            Settings.Policies policies,
            MockOAuth2Server provider,
            BiFunction<URI, Settings, Settings> more) {
        this.provider = provider;
        var providerPort = provider.baseUrl().port();
        var port = FreePort.any();
        issuer = URI.create("http://localhost:" + port);
        clock = () -> Instant.now().plus(ahead.get());
        settings = more.apply(
                issuer,
                new Settings(
                                issuer,
                                "localhost",
                                port,
                                base.data(),
                                base.databaseUrl(),
                                null,
                                null,
                                null,
                                policies,
                                Path.of("..", "transaction-types"),
                                List.of(new Settings.IdentityProvider(
                                        URI.create("http://localhost:" + providerPort + "/demo"),
                                        "countersign",
                                        "secret of a test",
                                        List.of("bank"),
                                        "sub",
                                        "groups")),
                                List.of(
                                        new Settings.Client(
                                                "bank",
                                                List.of(REDIRECT_URI),
                                                null,
                                                GrantSettings.PLAIN.withScopes(Set.of("payments.write"))),
                                        new Settings.Client(
                                                "edge",
                                                List.of(),
                                                new JWKSet(edgeKey.toPublicJWK()).toString(),
                                                GrantSettings.PLAIN.with(new GrantSettings.Exchange(
                                                        Set.of("bank"), Set.of(), Set.of(), true))),
                                        new Settings.Client(
                                                "countersign-cli",
                                                List.of(commandLineRedirect),
                                                null,
                                                GrantSettings.PLAIN.withScopes(Set.of("approvals", "authenticators")))),
                                List.of(
                                        new Settings.Enforcer("bank", sha256(BANK_KEY), null, Set.of()),
                                        new Settings.Enforcer(
                                                "core", sha256(CORE_KEY), null, Set.of(Settings.Right.ASSERT)),
                                        new Settings.Enforcer(
                                                "auditor", sha256(AUDITOR_KEY), null, Set.of(Settings.Right.EXPLAIN)),
                                        new Settings.Enforcer(
                                                "feed", sha256(FEED_KEY), null, Set.of(Settings.Right.ENTITIES)),
                                        new Settings.Enforcer(
                                                "mdm", sha256(DEVICES_KEY), null, Set.of(Settings.Right.DEVICES))),
                                new Settings.Webauthn("localhost", "Countersign", List.of(issuer)),
                                Settings.Lifetimes.standard())
                        .with(base.surroundings()));
        start();
    }

    /** An identity provider that is running. */
    static MockOAuth2Server provider() {
        var provider = new MockOAuth2Server(new OAuth2Config(true));
        provider.start(FreePort.any());
        return provider;
    }

    /** What verifies its checkpoints. */
    String verifierKey() {
        return server.verifierKey();
    }

    /** Its {@code iss}. */
    String providerIssuer() {
        return settings.identityProviders().getFirst().issuer().toString();
    }

    /** Stops the server and starts another one on the same database. */
    void restart() {
        restart(() -> {});
    }

    /** As {@link #restart()}; {@code meanwhile} runs while nobody else has the database. */
    void restart(Runnable meanwhile) {
        server.close();
        meanwhile.run();
        start();
    }

    private void start() {
        try {
            server = Countersign.start(settings, clock);
        } catch (PolicyLoadException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A person with a browser of their own. */
    TestPerson person(String name, String... groups) {
        return new TestPerson(this, name, List.of(groups));
    }

    /** The SDK as the bank uses it. */
    dev.countersign.client.Countersign bank() {
        return client(BANK_KEY);
    }

    dev.countersign.client.Countersign client(String apiKey) {
        return dev.countersign.client.Countersign.at(issuer)
                .apiKey(apiKey)
                .answerTimeout(Duration.ofSeconds(15))
                .clock(clock)
                .build();
    }

    void advance(Duration time) {
        ahead.updateAndGet(time::plus);
    }

    /** Every byte of the evidence log, entry by entry. */
    List<String> evidence() {
        return query("select bytes from evidence order by idx");
    }

    List<String> evidenceOf(String kind) {
        return query("select bytes from evidence where kind = '" + kind + "' order by idx");
    }

    /** The number of entries in the log. */
    long evidenceHead() {
        return Long.parseLong(query("select cast(next_index as varchar(20)) from evidence_head")
                .getFirst());
    }

    /** One column of text, read beside the server. */
    List<String> query(String sql) {
        try (var connection = DriverManager.getConnection(jdbcUrl());
                var rows = connection.createStatement().executeQuery(sql)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(new String(rows.getBytes(1), StandardCharsets.UTF_8));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Changes the database behind the server's back. */
    void tamper(String sql) {
        try (var connection = DriverManager.getConnection(jdbcUrl());
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String jdbcUrl() {
        return settings.databaseUrl() != null
                ? settings.databaseUrl()
                : "jdbc:sqlite:" + settings.data().resolve("countersign.db");
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        provider.shutdown();
    }
}
