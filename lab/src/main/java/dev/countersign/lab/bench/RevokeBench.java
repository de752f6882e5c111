package dev.countersign.lab.bench;

import dev.countersign.Countersign;
import dev.countersign.lab.bench.Population.Member;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * From a session's revocation to the refusal of what it does next, while it acts without a pause: from sending the
 * revocation (RFC 7009) to the first refusal in hand. After the revocation is answered nothing may be permitted any more.
 */
public final class RevokeBench implements Bench {
    private static final double P99_MILLIS = 50;
    private static final int SESSIONS = 500;

    /** Permits that a session gets before it is revoked. */
    private static final int PERMITS = 3;

    private final int sessions;

    public RevokeBench() {
        this(SESSIONS);
    }

    /** For tests: fewer sessions. */
    RevokeBench(int sessions) {
        this.sessions = sessions;
    }

    @Override
    public String name() {
        return "revoke";
    }

    @Override
    public Result run() throws Exception {
        var sqlite = measure(Population.of(null, sessions, sessions));
        Times postgresql;
        try (var server = EmbeddedPostgres.start()) {
            postgresql = measure(Population.of(server.getJdbcUrl("postgres", "postgres"), sessions, sessions));
        }
        var details = new LinkedHashMap<String, Object>();
        details.put("sessions", sessions);
        sqlite.tell("sqlite", details);
        postgresql.tell("postgresql", details);
        var worst = Math.max(sqlite.p99(), postgresql.p99());
        var late = sqlite.late() + postgresql.late();
        details.put("permitted_after_the_answer", late);
        return new Result(
                name(),
                "revocation to refusal p99 <= %.0f ms on one node; nothing permitted after the answer"
                        .formatted(P99_MILLIS),
                round(worst),
                "ms",
                round(worst / P99_MILLIS),
                worst <= P99_MILLIS && late == 0,
                details);
    }

    private static Times measure(Population population) throws Exception {
        try (var server = Countersign.start(population.settings());
                var client = HttpClient.newHttpClient();
                var connection = new Connection(server.issuer(), population.apiKey());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var millis = new double[population.sample().size()];
            var late = 0;
            var nonce = SessionsBench.nonce(population);
            for (var i = 0; i < millis.length; i++) {
                var member = population.sample().get(i);
                var acting = new Acting(population, connection, member, nonce);
                var asked = threads.submit(acting::untilRefused);
                acting.permitted.await();
                var began = System.nanoTime();
                var status = client.send(revocation(server.issuer(), member), HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                var answered = System.nanoTime();
                if (status != 200) {
                    throw new IllegalStateException("The revocation was answered with " + status);
                }
                var refused = asked.get();
                millis[i] = (refused - began) / 1e6;
                late += acting.lastPermittedAsked > answered ? 1 : 0;
                nonce = acting.nonce;
            }
            Arrays.sort(millis);
            return new Times(millis[millis.length / 2], millis[(int) (millis.length * 0.99)], late);
        }
    }

    private static HttpRequest revocation(URI issuer, Member member) {
        return HttpRequest.newBuilder(issuer.resolve("/oauth/revoke"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "client_id=bank&token=" + URLEncoder.encode(member.token(), StandardCharsets.UTF_8)))
                .build();
    }

    /** One session that acts until it is refused. */
    private static final class Acting {
        final CountDownLatch permitted = new CountDownLatch(PERMITS);
        private final Population population;
        private final Connection connection;
        private final Member member;
        private String nonce;
        private volatile long lastPermittedAsked;

        Acting(Population population, Connection connection, Member member, String nonce) {
            this.population = population;
            this.connection = connection;
            this.member = member;
            this.nonce = nonce;
        }

        /** When the first refusal was in hand, {@link System#nanoTime}. */
        long untilRefused() throws Exception {
            while (true) {
                var asked = System.nanoTime();
                var answer = connection.evaluate(population.question(member, nonce));
                if (answer.startsWith("{\"decision\":true")) {
                    lastPermittedAsked = asked;
                    permitted.countDown();
                } else if (answer.contains("\"code\":\"use_dpop_nonce\"")) {
                    nonce = SessionsBench.nonce(population, nonce);
                } else if (answer.contains("\"code\":\"session_ended\"")) {
                    return System.nanoTime();
                } else {
                    throw new IllegalStateException("Refused otherwise: " + answer);
                }
            }
        }
    }

    /** @param late sessions that got a permit which was asked for after their revocation was answered */
    private record Times(double p50, double p99, int late) {
        void tell(String database, Map<String, Object> details) {
            details.put(database + "_p50_ms", round(p50));
            details.put(database + "_p99_ms", round(p99));
        }
    }

    private static double round(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
