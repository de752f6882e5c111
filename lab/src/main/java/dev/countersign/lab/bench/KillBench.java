package dev.countersign.lab.bench;

import com.nimbusds.jose.JWSObject;
import dev.countersign.evidence.AuditVerification;
import dev.countersign.evidence.LogSource;
import dev.countersign.evidence.Trust;
import dev.countersign.lab.bench.ApprovedTransfers.Approved;
import dev.countersign.lab.demo.SeparateDeployment;
import dev.countersign.lab.person.Visitor;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Approved transfers are spent by many connections at once while the server is killed (SIGKILL) and started again. Whatever was
 * answered before a kill is true after it: one receipt for each transfer, the same to everybody, and the evidence log whole,
 * with each approval spent once.
 */
public final class KillBench implements Bench {
    private static final int KILLS = Integer.getInteger("countersign.bench.kills", 20);
    private static final int TRANSFERS = 4;
    private static final int CONNECTIONS = 8;

    /** The kill comes at a random moment within so many milliseconds of the first attempt. */
    private static final int MAX_DELAY = 120;

    private static final Pattern RECEIPT = Pattern.compile("\"receipt\":\"([^\"]+)\"");

    private final int kills;

    public KillBench() {
        this(KILLS);
    }

    /** For tests: fewer kills. */
    KillBench(int kills) {
        this.kills = kills;
    }

    @Override
    public String name() {
        return "kill";
    }

    @Override
    public Result run() throws Exception {
        var half = (kills + 1) / 2;
        var found = new Found();
        run(null, half, found);
        try (var postgres = EmbeddedPostgres.start()) {
            run(postgres.getJdbcUrl("postgres", "postgres"), kills - half, found);
        }
        var details = new LinkedHashMap<String, Object>();
        details.put("kills", kills);
        details.put("transfers", found.transfers);
        details.put("attempts", found.attempts.sum());
        details.put("answered_before_the_kill", found.before.sum());
        details.put("cut_off_by_it", found.cut.sum());
        details.put("lost", found.lost);
        details.put("log_problems", found.problems);
        return new Result(
                name(),
                "0 double spends and nothing lost in %d kills, half of them on PostgreSQL".formatted(kills),
                found.doubles,
                "double spends",
                found.doubles,
                found.doubles == 0 && found.lost == 0 && found.problems == 0 && found.before.sum() > 0,
                details);
    }

    private static void run(@Nullable String databaseUrl, int kills, Found found) throws Exception {
        try (var demo = SeparateDeployment.quick(databaseUrl)) {
            var transfers = new ApprovedTransfers(demo);
            for (var i = 0; i < kills; i++) {
                var alice = transfers.alice();
                kill(
                        demo,
                        alice,
                        transfers.more(TRANSFERS).stream().map(Approved::id).toList(),
                        found);
            }
            demo.kill();
            try (var log = databaseUrl == null
                    ? LogSource.sqlite(demo.database())
                    : LogSource.postgresql(databaseUrl, null, null)) {
                found.look(log);
            }
        }
    }

    private static void kill(SeparateDeployment demo, Visitor alice, List<String> ids, Found found) throws Exception {
        var questions = new Questions(alice, demo.bank());
        try (var connection = new Connection(demo.issuer(), demo.apiKey())) {
            questions.learn(connection.evaluate(questions.read(questions.readProof())));
        }
        var started = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var spenders = new ArrayList<Future<Void>>();
            for (var i = 0; i < CONNECTIONS; i++) {
                spenders.add(threads.submit(() -> spend(demo, questions, ids, started, found)));
            }
            started.await();
            Thread.sleep(ThreadLocalRandom.current().nextInt(MAX_DELAY));
            demo.kill();
            for (var spender : spenders) {
                spender.get();
            }
        }
        demo.restart();
        try (var connection = new Connection(demo.issuer(), demo.apiKey())) {
            questions.learn(connection.evaluate(questions.read(questions.readProof())));
            for (var id : ids) {
                var receipt =
                        found.receipt(id, connection.evaluate(questions.transfer(id, ApprovedTransfers.AMOUNT, "")));
                found.lost += receipt ? 0 : 1;
            }
        }
    }

    /** Until the server is gone. */
    private static Void spend(
            SeparateDeployment demo, Questions questions, List<String> ids, CountDownLatch started, Found found)
            throws ParseException {
        try (var connection = new Connection(demo.issuer(), demo.apiKey())) {
            while (true) {
                var id = ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
                started.countDown();
                found.attempts.increment();
                var answer = connection.evaluate(questions.transfer(id, ApprovedTransfers.AMOUNT, ""));
                questions.learn(answer);
                if (found.receipt(id, answer)) {
                    found.before.increment();
                }
            }
        } catch (IOException e) {
            found.cut.increment();
            return null;
        }
    }

    /** What was answered, and what the log says. */
    private static final class Found {
        final Map<String, Set<String>> receipts = new ConcurrentHashMap<>(); // by transaction
        final LongAdder attempts = new LongAdder();
        final LongAdder before = new LongAdder();
        final LongAdder cut = new LongAdder();
        int transfers;
        int lost;
        int doubles;
        int problems;

        /** Notes the receipt in {@code answer}; false when there is none. */
        boolean receipt(String id, String answer) throws ParseException {
            var found = RECEIPT.matcher(answer);
            if (!found.find()) {
                return false;
            }
            var receipt = String.valueOf(
                    JWSObject.parse(found.group(1)).getPayload().toJSONObject().get("jti"));
            receipts.computeIfAbsent(id, key -> ConcurrentHashMap.newKeySet()).add(receipt);
            return true;
        }

        /** Holds the answers to the log. */
        void look(LogSource log) {
            problems += AuditVerification.verify(log, Trust.none()).problems().size();
            var logged = new HashMap<String, String>(); // receipt by transaction
            var spent = new HashMap<String, Integer>();
            log.entries((index, kind, subject, bytes) -> {
                var entry = JsonMapper.shared().readTree(bytes);
                if ("decision".equals(kind) && entry.has("receipt")) {
                    var other = logged.put(
                            entry.path("transaction").asString(""),
                            entry.path("receipt").asString(""));
                    doubles += other == null ? 0 : 1;
                } else if ("approval.spent".equals(kind)) {
                    spent.merge(String.valueOf(subject), 1, Integer::sum);
                }
            });
            doubles += (int) spent.values().stream().filter(times -> times > 1).count();
            receipts.forEach((transaction, answered) -> {
                var receipt = logged.get(transaction);
                if (receipt == null) {
                    lost++; // answered, and then not true
                } else {
                    doubles += answered.equals(Set.of(receipt)) ? 0 : 1;
                }
            });
            transfers += receipts.size();
            receipts.clear();
        }
    }
}
