package dev.countersign.lab.bench;

import dev.countersign.Countersign;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A million live sessions in both databases: what each costs in memory, and whether decisions notice the others. */
public final class SessionsBench implements Bench {
    private static final double BYTES = 300;
    private static final double FLAT = 1.3;
    private static final int FEW = 1_000;
    private static final int MANY = 1_000_000;
    private static final int SAMPLE = 1_000;
    private static final int CONNECTIONS = 8;

    /** Looks at each sampled session before the clock runs: the first ones compile code and fill caches. */
    private static final int WARM_UP = 20;

    private static final int MEASURED = 10;
    private static final Pattern NONCE = Pattern.compile("\"dpop_nonce\":\"([^\"]+)\"");

    private final int many;

    public SessionsBench() {
        this(MANY);
    }

    /** For tests: fewer sessions. */
    SessionsBench(int many) {
        this.many = many;
    }

    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public Result run() throws Exception {
        var details = new LinkedHashMap<String, Object>();
        details.put("sessions", many);
        var heap = new Heap();
        var began = System.nanoTime();
        var sqlite = Population.measured(many, SAMPLE, heap);
        details.put("sqlite_opened_per_s", Math.round(many / ((System.nanoTime() - began) / 1e9)));
        var flat = measured("sqlite", Population.of(null, FEW, SAMPLE), sqlite, details);
        try (var postgres = EmbeddedPostgres.start()) {
            var few = Population.of(database(postgres, "few"), FEW, SAMPLE);
            began = System.nanoTime();
            var all = Population.of(database(postgres, "many"), many, SAMPLE);
            details.put("postgresql_opened_per_s", Math.round(many / ((System.nanoTime() - began) / 1e9)));
            flat = Math.max(flat, measured("postgresql", few, all, details));
        }
        details.put("flat", round(flat));
        return new Result(
                name(),
                "<= %.0f bytes of heap for each idle session; decisions <= %.1fx from %,d to %,d sessions"
                        .formatted(BYTES, FLAT, FEW, many),
                round(heap.bytesEach()),
                "bytes/session",
                round(flat),
                heap.bytesEach() <= BYTES && flat <= FLAT,
                details);
    }

    private static String database(EmbeddedPostgres server, String name) throws Exception {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return server.getJdbcUrl("postgres", name);
    }

    /** How much longer the median decision takes among many sessions than among few. */
    private static double measured(String database, Population few, Population many, Map<String, Object> details)
            throws Exception {
        var among = median(few);
        var amongMany = median(many);
        details.put(database + "_p50_us_few", Math.round(among / 1e3));
        details.put(database + "_p50_us_many", Math.round(amongMany / 1e3));
        return amongMany / among;
    }

    private static double median(Population population) throws Exception {
        try (var server = Countersign.start(population.settings())) {
            var nonce = nonce(population);
            var load = new Load(server.issuer(), CONNECTIONS, answer -> answer.startsWith("{\"decision\":true"));
            load.run(requests(population, nonce, WARM_UP));
            var nanos = load.run(requests(population, nonce, MEASURED));
            Arrays.sort(nanos);
            return nanos[nanos.length / 2];
        }
    }

    private static List<byte[]> requests(Population population, String nonce, int rounds) {
        var requests = new ArrayList<byte[]>();
        for (var round = 0; round < rounds; round++) {
            for (var member : population.sample()) {
                requests.add(Connection.request(
                        population.settings().issuer(), population.apiKey(), population.question(member, nonce)));
            }
        }
        return requests;
    }

    /** A nonce for proofs, which the answer to one without brings. */
    static String nonce(Population population) throws Exception {
        return nonce(population, null);
    }

    static String nonce(Population population, @Nullable String old) throws Exception {
        try (var connection = new Connection(population.settings().issuer(), population.apiKey())) {
            var answer = connection.evaluate(
                    population.question(population.sample().getFirst(), old == null ? "none-yet" : old));
            var found = NONCE.matcher(answer);
            if (!found.find()) {
                throw new IllegalStateException("No nonce: " + answer);
            }
            return found.group(1);
        }
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
