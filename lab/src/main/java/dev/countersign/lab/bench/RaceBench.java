package dev.countersign.lab.bench;

import com.nimbusds.jose.JWSObject;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.demo.DemoDeployment;
import dev.countersign.lab.person.Visitor;
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
import tools.jackson.databind.json.JsonMapper;

/**
 * Many connections try to spend the same approved transfers again and again: as they are, with a cent more under the same
 * id, and under new ids that name the approval. Each transfer may get one receipt, however often it is asked for.
 */
public final class RaceBench implements Bench {
    private static final long ATTEMPTS = 1_000_000;
    private static final int TRANSFERS = 8;
    private static final int CONNECTIONS = 64;
    private static final String AMOUNT = "250000.00";
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
        try (var demo = DemoDeployment.start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var alice = demo.logIn(Cast.ALICE);
            alice.openBank(demo.bank());
            alice.registerAuthenticator();
            alice.stepUp("urn:countersign:acr:phr", 300);
            var transfers = approved(demo, alice);
            var race = new Race(demo, new Questions(alice, demo.bank()), transfers, new AtomicLong(attempts));
            var began = System.nanoTime();
            var workers = new ArrayList<Callable<Long>>();
            for (var i = 0; i < CONNECTIONS; i++) {
                workers.add(race::work);
            }
            for (var worker : threads.invokeAll(workers)) {
                worker.get();
            }
            return result(race, transfers.size(), (System.nanoTime() - began) / 1e9);
        }
    }

    /** Transfers that bob and carol signed, and that nobody executed yet. */
    private static List<Approved> approved(DemoDeployment demo, Visitor alice) {
        var signers = List.of(demo.logIn(Cast.BOB), demo.logIn(Cast.CAROL));
        signers.forEach(Visitor::registerAuthenticator);
        var transfers = new ArrayList<Approved>();
        for (var i = 0; i < TRANSFERS; i++) {
            var id = UUID.randomUUID().toString();
            var body = JsonMapper.shared()
                    .writeValueAsString(Map.of(
                            "id",
                            id,
                            "from",
                            "DE89370400440532013000",
                            "amount",
                            AMOUNT,
                            "currency",
                            "EUR",
                            "payee",
                            Map.of("name", "ACME GmbH", "iban", "FR1420041010050500013M02606"),
                            "reference",
                            "Invoice 1042"));
            var answer = alice.call("POST", demo.bank().resolve("/api/transfers"), body);
            var request = answer.json().path("request").path("id").asString("");
            signers.forEach(signer -> signer.approve(request));
            transfers.add(new Approved(id, request));
        }
        return transfers;
    }

    private Result result(Race race, int transfers, double seconds) {
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
                "0 double spends in %,d attempts".formatted(attempts),
                doubles,
                "double spends",
                (double) receipts / transfers,
                doubles == 0 && differing == 0 && receipts == transfers,
                details);
    }

    /** A transfer and the request under which it was signed. */
    private record Approved(String id, String request) {}

    /** What the connections share. */
    private static final class Race {
        final Map<String, Set<String>> receipts = new ConcurrentHashMap<>();
        final Map<String, Set<String>> copies = new ConcurrentHashMap<>(); // receipt id → its bytes as answered
        final LongAdder again = new LongAdder();
        final LongAdder refused = new LongAdder();
        final LongAdder wrong = new LongAdder();
        private final DemoDeployment demo;
        private final Questions questions;
        private final List<Approved> transfers;
        private final AtomicLong left;

        Race(DemoDeployment demo, Questions questions, List<Approved> transfers, AtomicLong left) {
            this.demo = demo;
            this.questions = questions;
            this.transfers = transfers;
            this.left = left;
        }

        long work() throws Exception {
            var done = 0L;
            try (var connection = new Connection(demo.issuer(), demo.apiKey())) {
                questions.learn(connection.evaluate(questions.read(questions.readProof())));
                for (; left.getAndDecrement() > 0; done++) {
                    attempt(connection);
                }
            }
            return done;
        }

        private void attempt(Connection connection) throws Exception {
            var random = ThreadLocalRandom.current();
            var transfer = transfers.get(random.nextInt(transfers.size()));
            switch (random.nextInt(10)) {
                case 0 -> never(ask(connection, transfer.id(), OTHER_AMOUNT, ""));
                case 1 -> never(ask(connection, UUID.randomUUID().toString(), AMOUNT, transfer.request()));
                default -> once(transfer, ask(connection, transfer.id(), AMOUNT, ""));
            }
        }

        /** Asks, once more when the nonce has aged. */
        private String ask(Connection connection, String id, String amount, String approval) throws Exception {
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
