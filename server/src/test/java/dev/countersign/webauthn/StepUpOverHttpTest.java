package dev.countersign.webauthn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.http.Assets;
import dev.countersign.http.Json;
import dev.countersign.http.Listener;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.http.Problems;
import dev.countersign.session.*;
import dev.countersign.store.Database;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.*;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

@ParameterizedClass
@EnumSource(Database.Engine.class)
final class StepUpOverHttpTest {
    private static final String ALICE = "se_aaaaaaaaaaaaaaaaaaaaaa";
    private static final String ALICES_BANK = "se_bbbbbbbbbbbbbbbbbbbbbb";
    private static final String MALLORY = "se_cccccccccccccccccccccc";

    private final SecureRandom random = new SecureRandom();
    private final FakeSessions sessions = new FakeSessions();
    private final Database database;
    private final EvidenceFeature evidence;
    private final WebServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");

    StepUpOverHttpTest(Database.Engine engine) {
        var settings = TestDatabases.settings(engine);
        InstantSource clock = () -> now;
        database = Databases.open(settings);
        evidence = EvidenceFeature.wire(settings, database, clock, random);
        sessions.open(ALICE, null, "alice", now);
        sessions.open(ALICES_BANK, ALICE, "alice", now);
        sessions.open(MALLORY, null, "mallory", now);
        var routing = HttpRouting.builder();
        new Problems(random).register(routing);
        Assets.register(routing);
        WebauthnFeature.wire(
                        settings,
                        database,
                        evidence.journal(),
                        sessions,
                        (session, address, at) -> {},
                        sessions,
                        (request, response, scope) -> {
                            throw Problem.forbidden("Nobody calls by token here");
                        },
                        OtherStepUp.NONE,
                        new Pages(),
                        (handle, recorder, person, change) -> {},
                        clock,
                        random)
                .routes(routing, (request, session, id, label, since) -> java.util.Optional.empty());
        server = Listener.start("127.0.0.1", Integer.getInteger("countersign.test.port", 0), routing);
    }

    @AfterEach
    void close() {
        server.stop();
        evidence.close();
        database.close();
    }

    @Test
    void aRegisteredAuthenticatorRaisesTheOneSession() throws Exception {
        var key = registered(ALICE);
        assertThat(stepUp(ALICE, ALICES_BANK, key)).isEqualTo(200);
        assertThat(Objects.requireNonNull(sessions.get(ALICES_BANK).stepUp()).acr())
                .isEqualTo(Acr.PHR);
        assertThat(sessions.get(ALICE).stepUp()).isNull();
        assertThat(kinds()).contains("authenticator.registered", "authenticator.used");
    }

    @Test
    void whatAnAuthenticatorMustNotSayIsRefused() throws Exception {
        var key = registered(ALICE);
        key.origin = "https://evil.example";
        assertThat(stepUp(ALICE, ALICE, key)).isEqualTo(403);
        key.origin = "http://localhost:8400";
        key.rpId = "evil.example";
        assertThat(stepUp(ALICE, ALICE, key)).isEqualTo(403);
        key.rpId = "localhost";
        key.verifiesUser = false;
        assertThat(stepUp(ALICE, ALICE, key)).isEqualTo(403);
        key.verifiesUser = true;
        assertThat(stepUp(ALICE, ALICE, new EmulatedAuthenticator())).isEqualTo(403);
        assertThat(sessions.get(ALICE).stepUp()).isNull();
        assertThat(kinds()).filteredOn("authenticator.refused"::equals).hasSize(4);
    }

    @Test
    void aCounterThatGoesBackwardsIsRefused() throws Exception {
        var key = registered(ALICE);
        key.counter = 9;
        assertThat(stepUp(ALICE, ALICE, key)).isEqualTo(200);
        key.counter = 4;
        assertThat(stepUp(ALICE, ALICE, key)).isEqualTo(403);
    }

    @Test
    void anotherPersonsAuthenticatorIsRefused() throws Exception {
        var alices = registered(ALICE);
        registered(MALLORY);
        assertThat(stepUp(MALLORY, MALLORY, alices)).isEqualTo(403);
        assertThat(post(MALLORY, "/step-up/options", Map.of("session", ALICES_BANK))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aChallengeIsForOneSessionOneUseAndTwoMinutes() throws Exception {
        var key = registered(ALICE);
        var moved = key.get(options(ALICE, ALICE));
        assertThat(raise(ALICE, ALICES_BANK, moved)).isEqualTo(403);
        var used = key.get(options(ALICE, ALICE));
        assertThat(raise(ALICE, ALICE, used)).isEqualTo(200);
        assertThat(raise(ALICE, ALICE, used)).isEqualTo(403);
        var late = key.get(options(ALICE, ALICE));
        now = now.plus(Challenges.TTL);
        assertThat(raise(ALICE, ALICE, late)).isEqualTo(403);
        var foreign = key.get(Json.MAPPER.createObjectNode().put("challenge", "A".repeat(43)));
        assertThat(raise(ALICE, ALICE, foreign)).isEqualTo(403);
    }

    @Test
    void anAnswerWithoutACounterIsGoodOnceOnly() throws Exception {
        var key = registered(ALICE);
        key.counts = false;
        var answer = key.get(options(ALICE, ALICE));
        assertThat(raise(ALICE, ALICE, answer)).isEqualTo(200);
        assertThat(raise(ALICE, ALICE, answer)).isEqualTo(403);
        assertThat(kinds()).filteredOn("authenticator.used"::equals).hasSize(1);
        assertThat(stepUp(ALICE, ALICE, key)).isEqualTo(200);
    }

    @Test
    void afterTenFailuresThePersonMustWait() throws Exception {
        var key = registered(ALICE);
        var answer = key.get(Json.MAPPER.createObjectNode().put("challenge", "A".repeat(43)));
        for (var i = 0; i < Refusals.MAX; i++) {
            assertThat(raise(ALICE, ALICE, answer)).isEqualTo(403);
        }
        assertThat(raise(ALICE, ALICE, answer)).isEqualTo(429);
        now = now.plus(Refusals.WINDOW);
        assertThat(stepUp(ALICE, ALICE, key)).isEqualTo(200);
    }

    @Test
    void ofManyFailuresAtOnceNoMoreThanTenAreLookedAt() throws Exception {
        var key = registered(ALICE);
        key.origin = "https://evil.example";
        var answers = new ArrayList<JsonNode>();
        while (answers.size() < Challenges.MAX_PER_BROWSER_SESSION - 1) { // registering took one
            answers.add(key.get(options(ALICE, ALICE)));
        }
        var statuses = new ArrayList<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> attempts = new ArrayList<>();
            answers.forEach(answer -> attempts.add(() -> raise(ALICE, ALICE, answer)));
            for (var done : threads.invokeAll(attempts)) {
                statuses.add(done.get());
            }
        }
        assertThat(statuses).hasSize(answers.size()).containsOnly(403, 429);
        assertThat(statuses).filteredOn(status -> status == 403).hasSize(Refusals.MAX);
        assertThat(kinds()).filteredOn("authenticator.refused"::equals).hasSize(Refusals.MAX);
    }

    @Test
    void whatSucceedsIsNoFailure() throws Exception {
        var key = registered(ALICE);
        for (var i = 0; i < Refusals.MAX + 2; i++) {
            assertThat(stepUp(ALICE, ALICE, key)).isEqualTo(200);
        }
    }

    @Test
    void theFirstAuthenticatorNeedsAFreshLoginAndTheNextAStepUp() throws Exception {
        now = now.plus(Duration.ofMinutes(5)).plusMillis(1);
        assertThat(post(ALICE, "/authenticators/options", Map.of()).statusCode())
                .isEqualTo(403);
        now = now.minus(Duration.ofMinutes(1));
        var key = registered(ALICE);
        assertThat(post(ALICE, "/authenticators/options", Map.of()).statusCode())
                .isEqualTo(403);
        assertThat(stepUp(ALICE, ALICE, key)).isEqualTo(200);
        registered(ALICE);
    }

    @Test
    void malformedAnswersAreRefused() throws Exception {
        registered(ALICE);
        for (var response : List.of(
                "{}",
                "[]",
                "{\"type\":\"public-key\",\"id\":\"AA\",\"response\":{}}",
                "{\"type\":\"public-key\",\"id\":\"AA\",\"response\":{\"clientDataJSON\":\"%%\"}}",
                "{\"type\":\"x\",\"id\":\"AA\",\"response\":{\"clientDataJSON\":\"e30\"}}")) {
            assertThat(raise(ALICE, ALICE, Json.MAPPER.readTree(response)))
                    .as(response)
                    .isEqualTo(400);
        }
    }

    @Test
    void thePagesAndAssetsAreServed() throws Exception {
        registered(ALICE);
        for (var path : List.of("/authenticators", "/step-up?session=" + ALICE, "/assets/countersign.css")) {
            assertThat(send(ALICE, HttpRequest.newBuilder(uri(path))).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
        assertThat(send(ALICE, HttpRequest.newBuilder(uri("/step-up?return_to=//evil.example")))
                        .statusCode())
                .isEqualTo(400);
    }

    private EmulatedAuthenticator registered(String session) throws Exception {
        var key = new EmulatedAuthenticator();
        var options = Json.MAPPER.readTree(
                post(session, "/authenticators/options", Map.of()).body());
        var added = post(
                session,
                "/authenticators",
                Map.of("label", "laptop", "response", key.create(options.get("publicKey"))));
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        return key;
    }

    private int stepUp(String browser, String session, EmulatedAuthenticator key) throws Exception {
        return raise(browser, session, key.get(options(browser, session)));
    }

    private JsonNode options(String browser, String session) throws Exception {
        return Json.MAPPER
                .readTree(post(browser, "/step-up/options", Map.of("session", session))
                        .body())
                .get("publicKey");
    }

    private int raise(String browser, String session, JsonNode response) throws Exception {
        return post(browser, "/step-up", Map.of("session", session, "response", response))
                .statusCode();
    }

    private HttpResponse<String> post(String browser, String path, Object body) throws Exception {
        return send(
                browser,
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body))));
    }

    private HttpResponse<String> send(String browser, HttpRequest.Builder request) throws Exception {
        return http.send(request.header("Test-Session", browser).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private List<String> kinds() {
        return database.read(handle -> handle.createQuery("select kind from evidence")
                .mapTo(String.class)
                .list());
    }

    /** Sessions in memory; the browser says by a header which one it has. */
    private static final class FakeSessions implements Sessions, BrowserSessions {
        private final Map<SessionId, Session> all = new ConcurrentHashMap<>();

        void open(String id, @org.jspecify.annotations.Nullable String parent, String who, Instant at) {
            put(id, parent == null ? null : new SessionId(parent), who, at, null);
        }

        private void put(
                String id,
                @org.jspecify.annotations.Nullable SessionId parent,
                String who,
                Instant at,
                @org.jspecify.annotations.Nullable Assurance stepUp) {
            all.put(
                    new SessionId(id),
                    new Session(
                            new SessionId(id),
                            parent,
                            new Principal(Principal.Kind.USER, who),
                            new Person(who),
                            "idp",
                            "countersign",
                            new Assurance(Acr.BASE, Set.of("pwd"), at),
                            stepUp,
                            new Binding.None(),
                            Set.of(),
                            SessionState.ACTIVE,
                            null,
                            null,
                            null,
                            at,
                            at.plusSeconds(3600),
                            at.plusSeconds(86400),
                            0));
        }

        Session get(String id) {
            return find(new SessionId(id)).orElseThrow();
        }

        @Override
        public Optional<Session> find(SessionId id) {
            return Optional.ofNullable(all.get(id));
        }

        @Override
        public List<Session> of(Person person) {
            return List.copyOf(all.values());
        }

        @Override
        public void raise(SessionId id, Assurance stepUp) {
            var s = get(id.value());
            put(id.value(), s.parent(), s.principal().id(), s.startedAt(), stepUp);
        }

        @Override
        public void signal(SessionId id, String kind, String detail) {}

        @Override
        public List<Signal> signals(SessionId id) {
            return List.of();
        }

        @Override
        public void used(Session session) {}

        @Override
        public void suspend(SessionId id, String reason) {}

        @Override
        public void end(SessionId id, String reason) {}

        @Override
        public Optional<Session> of(ServerRequest request) {
            return request.headers().first(HeaderNames.create("Test-Session")).map(this::get);
        }

        @Override
        public Optional<Session> require(ServerRequest request, ServerResponse response) {
            return Optional.of(of(request).orElseThrow(() -> Problem.unauthorized("No session")));
        }

        @Override
        public Optional<Session> requireFresh(ServerRequest request, ServerResponse response) {
            return require(request, response);
        }

        @Override
        public void refuseForeign(ServerRequest request) {}
    }
}
