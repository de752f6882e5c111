package dev.countersign.lab.bench;

import dev.countersign.http.Json;
import dev.countersign.lab.demo.Home;
import dev.countersign.lab.demo.SeparateDeployment;
import dev.countersign.lab.person.Visitor;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A large transfer from the refusal to the permit, while 200 others wait for their approvers: the refused evaluation, the
 * submission, page, challenge and signature of each of two people, the evaluation that spends them. What is counted is the time
 * in which answers were awaited, and, within the signatures, the making of the assertion.
 */
public final class ApproveBench implements Bench {
    private static final double P99_MILLIS = 50;
    private static final int WAITING = 200;
    private static final int ROUND_TRIPS = 300;
    private static final int WARM_UP = 100;

    /** A group may be asked 100 times within an hour for what is not carried out. */
    private static final List<String> GROUPS = List.of("treasury", "treasury-2", "treasury-3");

    /** Requests of one person that may wait at once. */
    private static final int OPEN_OF_ONE = 10;

    /** An authenticator is asked at most 60 times within an hour. */
    private static final int SIGNATURES_OF_A_PAIR = 50;

    private final int waiting;
    private final int roundTrips;

    public ApproveBench() {
        this(WAITING, ROUND_TRIPS);
    }

    /** For tests: fewer. */
    ApproveBench(int waiting, int roundTrips) {
        this.waiting = waiting;
        this.roundTrips = roundTrips;
    }

    @Override
    public String name() {
        return "approve";
    }

    @Override
    public Result run() throws Exception {
        var details = new LinkedHashMap<String, Object>();
        details.put("waiting", waiting);
        details.put("round_trips", roundTrips);
        var worst = tell("sqlite", measure(null), details);
        try (var postgres = EmbeddedPostgres.start()) {
            worst = Math.max(worst, tell("postgresql", measure(postgres.getJdbcUrl("postgres", "postgres")), details));
        }
        return new Result(
                name(),
                "refusal to permit with two signatures p99 <= %.0f ms while %d requests wait"
                        .formatted(P99_MILLIS, waiting),
                worst,
                "ms",
                round(worst / P99_MILLIS),
                worst <= P99_MILLIS,
                details);
    }

    private static double tell(String database, double[] millis, Map<String, Object> details) {
        Arrays.sort(millis);
        var p99 = round(millis[(int) (millis.length * 0.99)]);
        details.put(database + "_p50_ms", round(millis[millis.length / 2]));
        details.put(database + "_p99_ms", p99);
        return p99;
    }

    private double[] measure(@Nullable String databaseUrl) throws Exception {
        try (var demo = SeparateDeployment.with(policies(), databaseUrl);
                var connection = new Connection(demo.issuer(), demo.apiKey());
                var http = HttpClient.newHttpClient()) {
            var desk = new Desk(demo, connection, http);
            for (var i = 0; i < waiting; i++) {
                desk.open(i, GROUPS.get(i % GROUPS.size()));
            }
            var warmUp = Math.min(WARM_UP, roundTrips);
            for (var i = 0; i < warmUp; i++) {
                desk.roundTrip();
            }
            var millis = new double[roundTrips];
            for (var i = 0; i < roundTrips; i++) {
                millis[i] = desk.roundTrip() / 1e6;
            }
            return millis;
        }
    }

    /** The bank's policies, with one of three groups to approve, by the amount. */
    private static Path policies() throws IOException {
        var folder = Files.createTempDirectory("countersign-bench");
        try (var files = Files.list(Home.find().resolve("policies/bank"))) {
            for (var file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        var large = new StringBuilder();
        for (var i = 0; i < GROUPS.size(); i++) {
            large.append("""
                    @id("large-%1$d") @text("Two must approve")
                    @require("approval") @quorum("2") @approvers("Group::\\"%2$s\\"") @expires("15m")
                    forbid (principal, action == Action::"transfer", resource)
                    when {
                        context has transaction && context.transaction.amount.greaterThanOrEqual(decimal("%1$d0000.00")) &&
                        context.transaction.amount.lessThan(decimal("%3$d0000.00"))
                    };
                    """.formatted(i + 1, GROUPS.get(i), i + 2));
        }
        var transfers = folder.resolve("transfers.cedar");
        var shipped = Files.readString(transfers);
        var from = shipped.indexOf("@id(\"large-transfer-needs-two\")");
        var to = shipped.indexOf(';', from);
        Files.writeString(transfers, shipped.substring(0, from) + large + shipped.substring(to + 1));
        return folder;
    }

    private static double round(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }

    /** Who asks and who signs. */
    private static final class Desk {
        private final SeparateDeployment demo;
        private final Connection connection;
        private final HttpClient http;
        private final List<Questions> waitingPayers = new ArrayList<>();
        private final Questions payer;
        private List<Visitor> pair = List.of();
        private int signed;
        private int people;
        private int transfers;

        Desk(SeparateDeployment demo, Connection connection, HttpClient http) {
            this.demo = demo;
            this.connection = connection;
            this.http = http;
            this.payer = payer();
        }

        private Questions payer() {
            var name = "payer" + people++;
            var visitor = demo.logIn(name, Map.of("groups", List.of()));
            visitor.registerAuthenticator();
            visitor.openBank(demo.bank());
            visitor.stepUp("urn:countersign:acr:phr", 300);
            return new Questions(visitor, demo.bank(), name);
        }

        private Visitor signer() {
            var visitor = demo.logIn("signer" + people++, Map.of("groups", List.of("treasury")));
            visitor.registerAuthenticator();
            return visitor;
        }

        /** One more that waits. */
        void open(int number, String group) throws Exception {
            if (number % OPEN_OF_ONE == 0) {
                waitingPayers.add(payer());
            }
            var amount = (GROUPS.indexOf(group) + 1) + "5000.00";
            var asker = waitingPayers.getLast();
            var id = "waiting-" + number;
            submit(asker, id, amount, refused(asker, id, amount));
        }

        /** Nanoseconds in which answers were awaited. */
        long roundTrip() throws Exception {
            if (pair.isEmpty() || signed == SIGNATURES_OF_A_PAIR) {
                pair = List.of(signer(), signer());
                signed = 0;
            }
            signed++;
            var id = "measured-" + transfers++;
            var amount = "15000.00";
            connection.evaluate(payer.read(payer.readProof())); // whatever nonce is due is learnt below, not timed
            var first = payer.transfer(id, amount, "");
            var took = -System.nanoTime();
            var answer = connection.evaluate(first);
            took += System.nanoTime();
            payer.learn(answer);
            if (answer.contains("use_dpop_nonce")) {
                answer = refused(payer, id, amount);
            }
            took -= System.nanoTime();
            var request = submit(payer, id, amount, answer);
            for (var signer : pair) {
                signer.approve(request);
            }
            took += System.nanoTime();
            var last = payer.transfer(id, amount, "");
            took -= System.nanoTime();
            var permit = connection.evaluate(last);
            took += System.nanoTime();
            payer.learn(permit);
            if (!permit.startsWith("{\"decision\":true")) {
                throw new IllegalStateException("Not permitted: " + permit);
            }
            return took;
        }

        private String refused(Questions asker, String id, String amount) throws IOException {
            var answer = connection.evaluate(asker.transfer(id, amount, ""));
            asker.learn(answer);
            if (answer.contains("use_dpop_nonce")) {
                answer = connection.evaluate(asker.transfer(id, amount, ""));
                asker.learn(answer);
            }
            return answer;
        }

        /** The id of the request. */
        private String submit(Questions asker, String id, String amount, String refusal) throws Exception {
            var context = Json.MAPPER.readTree(refusal).path("context");
            var token = context.at("/access_request/binding_token").asString("");
            if (token.isEmpty()) {
                throw new IllegalStateException("Nothing to ask for: " + refusal);
            }
            var request = HttpRequest.newBuilder(demo.issuer().resolve("/access/v1/requests"))
                    .header("Authorization", "Bearer " + demo.apiKey())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(asker.submission(id, amount, token)))
                    .build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode task = Json.MAPPER.readTree(answer.body());
            if (answer.statusCode() != 202) {
                throw new IllegalStateException("Not taken: " + answer.body());
            }
            return task.at("/task/id").asString();
        }
    }
}
