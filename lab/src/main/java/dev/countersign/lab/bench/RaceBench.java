package dev.countersign.lab.bench;

import com.nimbusds.jose.JWSObject;
import dev.countersign.lab.bench.ApprovedTransfers.Approved;
import dev.countersign.lab.demo.SeparateDeployment;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Many connections try to spend the same approved transfers again and again: as they are, with a cent more under the same
 * id, and under new ids that name the approval. Each transfer may get one receipt, however often it is asked for.
 */
public final class RaceBench implements Bench {
    private static final long ATTEMPTS = Long.getLong("countersign.bench.attempts", 1_000_000);
    private static final int TRANSFERS = 8;
    private static final int WAVES = 10;
    private static final int CONNECTIONS = 64;
    private static final String OTHER_AMOUNT = "250000.01";
    private static final Pattern RECEIPT = Pattern.compile("\"receipt\":\"([^\"]+)\"");

    private final long attempts;

    public RaceBench() {
        this(ATTEMPTS);
    }

    /** For tests: fewer attempts. */
    RaceBench(long attempts) {
        this.attempts = attempts;
    }

    @Override
    public String name() {
        return "race";
    }

    @Override
    public Result run() throws Exception {
        var race = new Race();
        var began = System.nanoTime();
        run(null, race);
        try (var postgres = EmbeddedPostgres.start()) {
            run(postgres.getJdbcUrl("postgres", "postgres"), race);
        }
        return result(race, (System.nanoTime() - began) / 1e9);
    }

    /** Half of the attempts, in waves: a receipt is for sixty seconds, and who comes later races nobody. */
    private void run(@Nullable String databaseUrl, Race race) throws Exception {
        try (var demo = SeparateDeployment.of(databaseUrl);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var transfers = new ApprovedTransfers(demo);
            for (var wave = 0; wave < waves(); wave++) {
                var questions = new Questions(transfers.alice(), demo.bank());
                var approved = transfers.more(TRANSFERS);
                race.transfers += approved.size();
                var left = new AtomicLong(attempts / 2 / waves());
                var workers = new ArrayList<Callable<Long>>();
                for (var i = 0; i < CONNECTIONS; i++) {
                    workers.add(() -> race.work(demo, questions, approved, left));
                }
                for (var worker : threads.invokeAll(workers)) {
                    worker.get();
                }
            }
        }
    }

    private int waves() {
        return attempts < ATTEMPTS ? 1 : WAVES;
    }

    private Result result(Race race, double seconds) {
        var transfers = race.transfers;
        var receipts = race.receipts.values().stream().mapToLong(Set::size).sum();
        var doubles = receipts - race.receipts.size() + race.wrong.sum();
        var differing = race.copies.values().stream().mapToLong(Set::size).sum() - race.copies.size();
        var details = new LinkedHashMap<String, Object>();
        details.put("attempts", attempts);
        details.put("transfers", transfers);
        details.put("receipts", receipts);
        details.put("permits_of_other_bytes", race.wrong.sum());
        details.put("same_receipt_again", race.again.sum());
        details.put("differing_copies", differing);
        details.put("refused", race.refused.sum());
        details.put("attempts_per_s", Math.round(attempts / seconds));
        return new Result(
                name(),
                "0 double spends in %,d attempts, half of them on PostgreSQL".formatted(attempts),
                doubles,
                "double spends",
                (double) receipts / transfers,
                doubles == 0 && differing == 0 && receipts == transfers,
                details);
    }

    /** What the connections share. */
    private static final class Race {
        final Map<String, Set<String>> receipts = new ConcurrentHashMap<>();
        final Map<String, Set<String>> copies = new ConcurrentHashMap<>(); // receipt id → its bytes as answered
        final LongAdder again = new LongAdder();
        final LongAdder refused = new LongAdder();
        final LongAdder wrong = new LongAdder();
        int transfers;

        long work(SeparateDeployment demo, Questions questions, List<Approved> approved, AtomicLong left)
                throws Exception {
            var done = 0L;
            try (var connection = new Connection(demo.issuer(), demo.apiKey())) {
                questions.learn(connection.evaluate(questions.read(questions.readProof())));
                for (; left.getAndDecrement() > 0; done++) {
                    attempt(connection, questions, approved);
                }
            }
            return done;
        }

        private void attempt(Connection connection, Questions questions, List<Approved> transfers) throws Exception {
            var random = ThreadLocalRandom.current();
            var transfer = transfers.get(random.nextInt(transfers.size()));
            switch (random.nextInt(10)) {
                case 0 -> never(ask(connection, questions, transfer.id(), OTHER_AMOUNT, ""));
                case 1 ->
                    never(ask(
                            connection,
                            questions,
                            UUID.randomUUID().toString(),
                            ApprovedTransfers.AMOUNT,
                            transfer.request()));
                default -> once(transfer, ask(connection, questions, transfer.id(), ApprovedTransfers.AMOUNT, ""));
            }
        }

        /** Asks, once more when the nonce has aged. */
        private String ask(Connection connection, Questions questions, String id, String amount, String approval)
                throws Exception {
            var answer = connection.evaluate(questions.transfer(id, amount, approval));
            questions.learn(answer);
            if (answer.contains("\"code\":\"use_dpop_nonce\"")) {
                answer = connection.evaluate(questions.transfer(id, amount, approval));
                questions.learn(answer);
            }
            return answer;
        }

        private void never(String answer) {
            (answer.startsWith("{\"decision\":true") ? wrong : refused).increment();
        }

        private void once(Approved transfer, String answer) throws ParseException {
            var receipt = RECEIPT.matcher(answer);
            if (!receipt.find()) {
                refused.increment();
                return;
            }
            var id = String.valueOf(JWSObject.parse(receipt.group(1))
                    .getPayload()
                    .toJSONObject()
                    .get("jti"));
            copies.computeIfAbsent(id, key -> ConcurrentHashMap.newKeySet()).add(receipt.group(1));
            if (!receipts.computeIfAbsent(transfer.id(), key -> ConcurrentHashMap.newKeySet())
                    .add(id)) {
                again.increment();
            }
        }
    }
}
