package dev.countersign.transaction;

import com.nimbusds.jose.jwk.JWKSet;
import dev.countersign.OutboundSettings;
import dev.countersign.Settings;
import dev.countersign.callback.CallbackFeature;
import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Listener;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.http.Problems;
import dev.countersign.offline.Colleagues;
import dev.countersign.offline.OfflineFeature;
import dev.countersign.session.Acr;
import dev.countersign.session.Assurance;
import dev.countersign.session.Binding;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Person;
import dev.countersign.session.Principal;
import dev.countersign.session.Session;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionState;
import dev.countersign.session.Sessions;
import dev.countersign.store.Database;
import dev.countersign.store.Databases;
import dev.countersign.store.TestDatabases;
import dev.countersign.transaction.Reconsideration.Verdict;
import dev.countersign.transaction.Transactions.Terms;
import dev.countersign.webauthn.Authenticators;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/** The feature on a real database and listener, with people, their authenticators and a clock that a test moves. */
final class BankDeployment implements AutoCloseable {
    static final Map<String, Set<String>> PEOPLE = Map.of(
            "alice",
            Set.of(),
            "bob",
            Set.of("treasury"),
            "carol",
            Set.of("treasury"),
            "mallory",
            Set.of(),
            "dora",
            Set.of("treasury", "audit"),
            "edgar",
            Set.of("audit"));
    static final ApprovalNeed TWO_OF_TREASURY = need(2, "treasury", true);

    /** Accounts that are known to be a person's of another name. */
    final Map<String, String> aliases = new ConcurrentHashMap<>();

    /** People who have none. */
    final Set<String> withoutAuthenticator = ConcurrentHashMap.newKeySet();

    final List<String> suspended = new ArrayList<>();
    final List<String> signalled = new ArrayList<>();
    final Database database;
    final Transactions transactions;

    private final Settings base;
    private final TransactionFeature feature;

    /** What observers were told, also of what was rolled back. */
    final List<RequestChange> changes = new CopyOnWriteArrayList<>();

    private final HttpClient client = HttpClient.newHttpClient();
    private final EvidenceFeature evidence;
    private final WebServer server;
    private final AutoCloseable telling;
    private volatile Instant now = Instant.parse("2026-11-24T12:00:00Z");

    BankDeployment(Database.Engine engine) {
        this(TestDatabases.settings(engine), List.of());
    }

    /** One whose enforcement points may all be called back at {@code callbacks}, also on this machine. */
    BankDeployment(Settings base, List<URI> callbacks) {
        this(base, callbacks, Set.of("127.0.0.1"));
    }

    BankDeployment(Settings base, List<URI> endpoints, Set<String> privateHosts) {
        this.base = base;
        var settings = new Settings(
                        base.issuer(),
                        base.host(),
                        0,
                        base.data(),
                        base.databaseUrl(),
                        null,
                        null,
                        null,
                        base.policies(),
                        Path.of("..", "transaction-types"),
                        List.of(),
                        List.of(),
                        List.of(
                                new Settings.Enforcer("bank", null, null, Set.of(), endpoints),
                                new Settings.Enforcer("shop", null, null, Set.of())),
                        base.webauthn(),
                        base.lifetimes())
                .with(new OutboundSettings(privateHosts));
        InstantSource clock = () -> now;
        var random = new SecureRandom();
        database = Databases.open(settings);
        evidence = EvidenceFeature.wire(settings, database, clock, random);
        var callbacks = CallbackFeature.wire(settings, database, evidence.journal(), evidence.keys(), clock, random);
        feature = TransactionFeature.wire(
                settings,
                database,
                evidence.journal(),
                evidence.keys(),
                evidence.proofs(),
                new Watched(),
                directory(),
                new Taps(withoutAuthenticator),
                new Cookies(),
                (request, response, scope) -> {
                    throw Problem.forbidden("Nobody calls by token here");
                },
                BankDeployment::point,
                OfflineFeature.wire(
                                settings,
                                database,
                                evidence.journal(),
                                evidence.keys(),
                                colleagues(),
                                new Cookies(),
                                new Pages(),
                                clock,
                                random)
                        .keys(),
                List.of((handle, recorder, change) -> changes.add(change), callbacks.observer()),
                callbacks.callbacks(),
                new Pages(),
                clock,
                random);
        transactions = feature.transactions();
        telling = callbacks.start(feature.accessRequests());
        var routing = HttpRouting.builder();
        new Problems(random).register(routing);
        feature.routes(routing);
        server = Listener.start("127.0.0.1", 0, routing);
    }

    private Colleagues colleagues() {
        var directory = directory();
        return new Colleagues() {
            @Override
            public boolean isIn(Set<String> names, String group) {
                return directory.isIn(names, group);
            }

            @Override
            public Person one(Person name) {
                return directory.one(name);
            }
        };
    }

    private Groups directory() {
        return new Groups() {
            @Override
            public boolean isIn(Set<String> names, String group) {
                return names.contains(group);
            }

            @Override
            public Person one(Person name) {
                return new Person(aliases.getOrDefault(name.id(), name.id()));
            }
        };
    }

    static ApprovalNeed need(int quorum, String group, boolean separate) {
        return new ApprovalNeed("large-" + group, quorum, group, Duration.ofMinutes(15), separate);
    }

    /** A person's word on the newest permit under this transaction id; the status it would be answered with. */
    int resolve(String transaction, String outcome) {
        var receipt = database.<String>read(handle -> handle.createQuery("""
                                select id from receipt where transaction_id = :id or released_id = :id
                                order by issued_at desc limit 1""")
                .bind("id", transaction)
                .mapTo(String.class)
                .one());
        try {
            feature.unresolved().resolve(receipt, outcome, new Person("bob"), "ev_2", "Asked the clearing house");
            return 200;
        } catch (Problem e) {
            return e.status();
        }
    }

    /** Another node on the same database, which must be one that several share. */
    BankDeployment secondNode() {
        return new BankDeployment(base, List.of());
    }

    /** Reports it as the bank; the status of the answer. */
    int outcome(String transaction, String outcome) {
        return post("/transactions/" + transaction + "/outcome", "bank", "{\"outcome\":\"" + outcome + "\"}")
                .statusCode();
    }

    PromptFigures figures() {
        return feature.figures();
    }

    /** Looks once at open requests, when policies say {@code verdict} of each. */
    void look(Verdict verdict) {
        feature.watching((request, at) -> verdict).look();
    }

    static Terms terms(ApprovalNeed... needs) {
        return new Terms("ev_1", "sha256:00", List.of(needs), false, null, null);
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    Instant now() {
        return now;
    }

    Transaction transfer(String id, String amount) {
        return transaction("alice", id, payment(id, amount));
    }

    Transaction transaction(String requester, String id, String json) {
        return transactions.read(
                new EnforcementPoint("bank", Set.of()),
                new Principal(Principal.Kind.USER, requester),
                new Person(requester),
                "transfer",
                "Account",
                "DE89370400440532013000",
                Fields.of(Json.read(json.getBytes(StandardCharsets.UTF_8)), "/context/transaction"));
    }

    static String payment(String id, String amount) {
        return """
                {"id": "%s", "type": "payment", "details": {"amount": "%s", "currency": "EUR",
                 "payee": {"name": "ACME <b>GmbH</b>", "iban": "FR1420041010050500013M02606"}, "reference": "Invoice 1042"}}""".formatted(id, amount);
    }

    Transactions.Spending spend(Transaction transaction, Terms terms) {
        return transactions.spend(
                transaction,
                terms,
                Entry.of("decision", terms.evaluationId())
                        .with("decision", true)
                        .with("policy", terms.policy()),
                Transactions.Also.NOTHING);
    }

    /** Asks for what {@code terms} lack; the task's id. */
    String request(Transaction transaction, Terms terms) {
        var answer = post("/access/v1/requests", "bank", submission(transaction, token(transaction, terms)));
        if (answer.statusCode() != 202) {
            throw new AssertionError(answer.body());
        }
        return json(answer).at("/task/id").asString();
    }

    String token(Transaction transaction, Terms terms) {
        return transactions.offer(transaction, sessionOf("alice"), terms).bindingToken();
    }

    static String submission(Transaction transaction, String token) {
        var body = Json.MAPPER.createObjectNode();
        body.putObject("subject")
                .put("type", "User")
                .put("id", transaction.requester().id());
        body.putObject("action").put("name", transaction.action());
        body.putObject("resource").put("type", transaction.resourceType()).put("id", transaction.resourceId());
        var inner = body.putObject("context").putObject("transaction");
        inner.put("id", transaction.id()).put("type", transaction.type()).set("details", transaction.details());
        body.putObject("denial").put("binding_token", token);
        return body.toString();
    }

    int sign(String request, String person) {
        var options = post("/approvals/" + request + "/options", person, "{}");
        if (options.statusCode() != 200) {
            return options.statusCode();
        }
        return answer(request, person, json(options).at("/publicKey/challenge").asString())
                .statusCode();
    }

    HttpResponse<String> answer(String request, String person, String challenge) {
        var body = "{\"response\": {\"challenge\": \"" + challenge + "\"}}";
        return post("/approvals/" + request + "/sign", person, body);
    }

    String status(String request) {
        return json(get("/access/v1/requests/" + request, "bank"))
                .at("/task/status")
                .asString();
    }

    HttpResponse<String> submit(String body, String idempotencyKey) {
        return send(
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", idempotencyKey)
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                "/access/v1/requests",
                "bank");
    }

    HttpResponse<String> delete(String path, String who) {
        return send(HttpRequest.newBuilder().DELETE(), path, who);
    }

    /** Our published keys. */
    JWKSet keys() {
        return evidence.keys().published();
    }

    HttpResponse<String> get(String path, String who) {
        return send(HttpRequest.newBuilder().GET(), path, who);
    }

    HttpResponse<String> post(String path, String who, String body) {
        return send(
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                path,
                who);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String path, String who) {
        try {
            return client.send(
                    request.uri(URI.create("http://127.0.0.1:" + server.port() + path))
                            .header("X-Who", who)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> answer) {
        return Json.MAPPER.readTree(answer.body());
    }

    long evidenceOf(String kind) {
        return database.<Long>read(handle -> handle.createQuery("select count(*) from evidence where kind = :kind")
                .bind("kind", kind)
                .mapTo(Long.class)
                .one());
    }

    static SessionId sessionOf(String person) {
        return new SessionId("se_" + (person + "AAAAAAAAAAAAAAAAAAAAAA").substring(0, 22));
    }

    private Session session(String person) {
        return new Session(
                sessionOf(person),
                null,
                new Principal(Principal.Kind.USER, person),
                new Person(person),
                "https://idp",
                "bank",
                new Assurance(Acr.BASE, Set.of(), now),
                null,
                new Binding.None(),
                PEOPLE.getOrDefault(person, Set.of()),
                SessionState.ACTIVE,
                null,
                "203.0.113.7",
                "Firefox",
                now,
                now.plusSeconds(60),
                now.plusSeconds(60),
                0);
    }

    private static EnforcementPoint point(ServerRequest request) {
        return new EnforcementPoint(who(request), Set.of());
    }

    private static String who(ServerRequest request) {
        return request.headers().first(HeaderNames.create("X-Who")).orElse("");
    }

    @Override
    public void close() {
        server.stop();
        try {
            telling.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        evidence.close();
        database.close();
    }

    /** An authenticator that answers any challenge it is asked, and verification that wants exactly this one. */
    private record Taps(Set<String> nobodys) implements Authenticators {
        @Override
        public boolean has(Person person) {
            return !nobodys.contains(person.id());
        }

        @Override
        public JsonNode request(Person person, byte[] challenge) {
            return Json.MAPPER.createObjectNode().put("challenge", encode(challenge));
        }

        @Override
        public Assertion verify(Person person, byte[] challenge, JsonNode response) {
            if (!response.path("challenge").asString("").equals(encode(challenge))) {
                throw new Problem(403, "assertion-refused", "Another challenge");
            }
            return new Assertion(person.id(), "key", "data", encode(challenge), "signature");
        }

        private static String encode(byte[] bytes) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }
    }

    private final class Cookies implements BrowserSessions {
        @Override
        public Optional<Session> of(ServerRequest request) {
            return Optional.of(session(who(request)));
        }

        @Override
        public Optional<Session> require(ServerRequest request, ServerResponse response) {
            return of(request);
        }

        @Override
        public Optional<Session> requireFresh(ServerRequest request, ServerResponse response) {
            return require(request, response);
        }

        @Override
        public void refuseForeign(ServerRequest request) {
            if (request.headers().contains(HeaderNames.ORIGIN)) {
                throw Problem.forbidden("Another origin");
            }
        }
    }

    private final class Watched implements Sessions {
        @Override
        public Optional<Session> find(SessionId id) {
            return Optional.of(session("alice"));
        }

        @Override
        public List<Session> of(Person person) {
            return List.of();
        }

        @Override
        public void raise(SessionId id, Assurance stepUp) {}

        @Override
        public void signal(SessionId id, String kind, String detail) {
            signalled.add(kind);
        }

        @Override
        public List<Signal> signals(SessionId id) {
            return List.of();
        }

        @Override
        public void used(Session session) {}

        @Override
        public void suspend(SessionId id, String reason) {
            suspended.add(id.value());
        }

        @Override
        public void end(SessionId id, String reason) {}
    }
}
