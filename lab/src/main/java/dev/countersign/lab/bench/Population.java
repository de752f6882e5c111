package dev.countersign.lab.bench;

import dev.countersign.Settings;
import dev.countersign.client.DpopKey;
import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.lab.demo.DemoSettings;
import dev.countersign.lab.demo.Home;
import dev.countersign.lab.demo.Ports;
import dev.countersign.policy.MappedClaims;
import dev.countersign.session.Acr;
import dev.countersign.session.Assurance;
import dev.countersign.session.Binding;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.session.Session;
import dev.countersign.session.SessionFeature;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionOpening.Opening;
import dev.countersign.store.Databases;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A deployment's database full of live sessions, opened as a server opens them, each with its evidence. A sample, spread
 * evenly over all of them, comes with its tokens; their key is one, which costs the server nothing.
 */
final class Population {
    /** How long tokens live: longer than any bench. */
    private static final Duration TOKEN = Duration.ofHours(2);

    /** Sessions opened at once: they share commits. */
    private static final int OPENERS = 512;

    private static final String CLIENT = "bank";
    private static final int ID_CHARACTERS = 25;

    private final Ports ports = Ports.any();
    private final String apiKey;
    private final Settings settings;
    private final DpopKey key = DpopKey.generate(InstantSource.system());
    private final List<Member> sample = new ArrayList<>();

    /** Somebody with a session. */
    record Member(String name, String token) {}

    private Population(@Nullable String databaseUrl) throws Exception {
        var random = new SecureRandom();
        apiKey = DemoSettings.randomKey(random);
        var data = Files.createTempDirectory("countersign-sessions-");
        var provider = URI.create("http://localhost:" + ports.provider() + "/none");
        settings = on(
                databaseUrl, DemoSettings.of(ports, provider, data, Home.find().resolve("policies/bank"), apiKey));
    }

    private static Settings on(@Nullable String databaseUrl, Settings demo) {
        return new Settings(
                demo.issuer(),
                demo.host(),
                demo.port(),
                demo.data(),
                databaseUrl,
                null,
                null,
                null,
                demo.policies(),
                demo.transactionTypes(),
                demo.identityProviders(),
                demo.clients(),
                demo.enforcementPoints(),
                demo.webauthn(),
                new Settings.Lifetimes(TOKEN, TOKEN, TOKEN));
    }

    /**
     * So many sessions.
     *
     * @param databaseUrl of an empty PostgreSQL database, or null for SQLite
     * @param sampled how many of them get a token
     */
    static Population of(@Nullable String databaseUrl, int sessions, int sampled) throws Exception {
        var population = new Population(databaseUrl);
        population.open(sessions, sampled, null);
        return population;
    }

    /** As {@link #of}; then every session is looked at, and {@code heap} is told what the server holds for each. */
    static Population measured(int sessions, int sampled, Heap heap) throws Exception {
        var population = new Population(null);
        population.open(sessions, sampled, heap);
        return population;
    }

    private void open(int sessions, int sampled, @Nullable Heap heap) throws Exception {
        var clock = InstantSource.system();
        var random = new SecureRandom();
        var every = sessions / sampled;
        var ids = new byte[heap == null ? 0 : sessions * ID_CHARACTERS];
        try (var database = Databases.open(settings);
                var evidence = EvidenceFeature.wire(settings, database, clock, random);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var feature = SessionFeature.wire(
                    settings,
                    database,
                    evidence.journal(),
                    evidence.keys(),
                    principal -> new Person(principal.id()),
                    claims -> MappedClaims.NONE,
                    clock,
                    random);
            var next = new AtomicInteger();
            var openers = new ArrayList<Callable<Integer>>();
            for (var i = 0; i < OPENERS; i++) {
                openers.add(() -> {
                    for (var n = next.getAndIncrement(); n < sessions; n = next.getAndIncrement()) {
                        var session = feature.opening().open(opening("user-" + n, clock.instant()));
                        if (heap != null) {
                            write(session, ids, n);
                        }
                        if (n % every == 0) {
                            keep(session, feature.accessTokens().issue(session));
                        }
                    }
                    return 0;
                });
            }
            for (var opener : threads.invokeAll(openers)) {
                opener.get();
            }
            if (heap != null) {
                heap.measure(sessions, n -> {
                    if (feature.sessions().find(read(ids, n)).isEmpty()) {
                        throw new IllegalStateException("A session is gone");
                    }
                });
            }
        }
    }

    private synchronized void keep(Session session, String token) {
        sample.add(new Member(session.principal().id(), token));
    }

    private Opening opening(String name, Instant now) {
        return new Opening(
                new Principal(Principal.Kind.USER, name),
                "https://idp.example/realms/main",
                CLIENT,
                new Assurance(Acr.MFA, Set.of("pwd", "otp"), now),
                new Binding.DpopKey(key.thumbprint()),
                Set.of("staff", "customers"),
                null,
                "203.0.113." + name.length(),
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36");
    }

    private static void write(Session session, byte[] ids, int n) {
        var text = session.id().value();
        for (var i = 0; i < ID_CHARACTERS; i++) {
            ids[n * ID_CHARACTERS + i] = (byte) text.charAt(i);
        }
    }

    private static SessionId read(byte[] ids, int n) {
        return new SessionId(
                new String(ids, n * ID_CHARACTERS, ID_CHARACTERS, java.nio.charset.StandardCharsets.US_ASCII));
    }

    Settings settings() {
        return settings;
    }

    String apiKey() {
        return apiKey;
    }

    /** The sampled ones. */
    List<Member> sample() {
        return sample;
    }

    /** A question of {@code member}, freshly proven, as the bank asks it: may they read their account? */
    String question(Member member, String nonce) {
        var uri = ports.bankAddress().resolve("/api/accounts");
        var proof = key.proof("GET", uri, member.token(), nonce);
        return ("{\"subject\":{\"type\":\"User\",\"id\":\"%1$s\"},\"action\":{\"name\":\"read-account\"},"
                        + "\"resource\":{\"type\":\"Account\",\"id\":\"DE89370400440532013000\",\"properties\":{\"owner\":\"%1$s\"}},"
                        + "\"context\":{\"session\":{\"token\":\"%2$s\",\"scheme\":\"DPoP\",\"proof\":\"%3$s\",\"method\":\"GET\",\"uri\":\"%4$s\"},"
                        + "\"client\":{\"ip\":\"203.0.113.7\"}}}")
                .formatted(member.name(), member.token(), proof, uri);
    }

    /** Where the database is kept, unless it is PostgreSQL's. */
    Path data() {
        return settings.data();
    }
}
