package dev.countersign.lab.bench;

import dev.countersign.client.Countersign;
import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.http.Json;
import dev.countersign.lab.demo.DemoDeployment;
import dev.countersign.lab.person.Visitor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Many attempts at once to spend the same transactions, some of them with approvals: each is permitted with one receipt,
 * and never with a second. Attempts go over HTTP in batches that each hold every transaction of a round in another order.
 */
public final class RaceBench implements Bench {
    /** Transactions that two people have signed. */
    private static final int APPROVED = 10;

    private static final int CONNECTIONS = 64;
    private static final int PER_ROUND = 100; // transactions, each once in every batch
    private static final int BATCHES = 200; // per round
    private static final int ROUNDS = 50;
    private static final long STEP_UP_AGE = 300; // seconds, as the policies ask
    private static final String PHR = "urn:countersign:acr:phr";
    private static final long SEED = 25;

    private final int rounds;
    private final int batches;

    public RaceBench() {
        this(ROUNDS, BATCHES);
    }

    /** For tests: fewer attempts. */
    RaceBench(int rounds, int batches) {
        this.rounds = rounds;
        this.batches = batches;
    }

    @Override
    public String name() {
        return "race";
    }

    @Override
    public Result run() throws Exception {
        var tally = new Tally();
        var transactions = new ArrayList<Asked>();
        long nanos;
        try (var demo = DemoDeployment.start()) {
            var alice = enter(demo, "alice", Map.of());
            alice.openBank(demo.bank());
            alice.stepUp(PHR, STEP_UP_AGE);
            var bank = new AskingBank(demo, alice);
            transactions.addAll(approved(demo, bank, alice));
            while (transactions.size() < rounds * PER_ROUND) {
                transactions.add(new Asked(UUID.randomUUID().toString(), "500.00"));
            }
            var begin = System.nanoTime();
            for (var round = 0; round < rounds; round++) {
                race(demo, bank, transactions.subList(round * PER_ROUND, (round + 1) * PER_ROUND), tally);
            }
            nanos = System.nanoTime() - begin;
        }
        return result(transactions.size(), tally, nanos);
    }

    private Result result(int transactions, Tally tally, long nanos) {
        var wanted = (long) rounds * batches * PER_ROUND;
        var details = new LinkedHashMap<String, Object>();
        details.put("attempts", tally.attempts());
        details.put("transactions", transactions);
        details.put("permitted", tally.permitted());
        details.put("approved_by_people", APPROVED);
        details.put("attempts_per_second", Math.round(tally.attempts() * 1e9 / nanos));
        tally.refusals().forEach((code, count) -> details.put("refused_" + code, count));
        return new Result(
                name(),
                "0 double spends in %,d attempts; every transaction permitted once".formatted(wanted),
                tally.doubleSpends(),
                "double spends",
                (double) tally.attempts() / transactions,
                tally.doubleSpends() == 0 && tally.attempts() == wanted && tally.permitted() == transactions,
                details);
    }

    private record Asked(String id, String amount) {
        String json() {
            return ",\"transaction\":{\"id\":\"" + id + "\",\"type\":\"payment\",\"details\":{\"amount\":\"" + amount
                    + "\",\"currency\":\"EUR\",\"payee\":{\"name\":\"ACME GmbH\",\"iban\":\"FR1420041010050500013M02606\"},"
                    + "\"reference\":\"Invoice 1042\"}}";
        }

        Map<String, Object> details() {
            return Map.of(
                    "amount",
                    amount,
                    "currency",
                    "EUR",
                    "payee",
                    Map.of("name", "ACME GmbH", "iban", "FR1420041010050500013M02606"),
                    "reference",
                    "Invoice 1042");
        }
    }

    /** Transfers that need two of treasury, signed by two of treasury, not yet spent. */
    private static List<Asked> approved(DemoDeployment demo, AskingBank bank, Visitor alice) throws Exception {
        var treasury = Map.of("groups", List.of("treasury"));
        var approvers = List.of(enter(demo, "bob", treasury), enter(demo, "carol", treasury));
        var client = Countersign.at(demo.issuer()).apiKey(demo.apiKey()).build();
        var signed = new ArrayList<Asked>();
        for (var i = 0; i < APPROVED; i++) {
            var asked = new Asked(UUID.randomUUID().toString(), "250000.00");
            var evaluation = Evaluation.of("User", "alice", "transfer", "Account", AskingBank.ACCOUNT)
                    .resourceProperties(Map.of("owner", "alice"))
                    .session(alice.accessToken(), "DPoP", bank.proof(bank.nonce()), "POST", bank.called())
                    .client("203.0.113.7", "bench")
                    .transaction(asked.id(), "payment", asked.details())
                    .build();
            if (!(client.evaluate(evaluation) instanceof Decision.Refused refused)) {
                throw new IllegalStateException("a large transfer was not refused");
            }
            var task = client.request(evaluation, refused);
            approvers.forEach(approver -> approver.approve(task.id()));
            signed.add(asked);
        }
        return signed;
    }

    private static Visitor enter(DemoDeployment demo, String name, Map<String, ?> claims) {
        var visitor = demo.visitor();
        visitor.login(name, claims);
        visitor.registerAuthenticator();
        return visitor;
    }

    private void race(DemoDeployment demo, AskingBank bank, List<Asked> of, Tally tally) throws Exception {
        var nonce = bank.nonce();
        var orders = new ArrayList<List<Asked>>();
        var random = new Random(SEED);
        for (var batch = 0; batch < batches; batch++) {
            var order = new ArrayList<>(of);
            Collections.shuffle(order, random);
            orders.add(order);
        }
        Load.over(demo.issuer(), CONNECTIONS, batches, new Load.Exchange() {
            @Override
            public byte[] request(int i) {
                var proof = bank.proof(nonce);
                var evaluations = orders.get(i).stream()
                        .map(asked -> AskingBank.evaluation("transfer", bank.context(proof, asked.json())))
                        .toList();
                return bank.post(
                        "/access/v1/evaluations", "{\"evaluations\":[" + String.join(",", evaluations) + "]}");
            }

            @Override
            public void answer(int i, String body) {
                var decisions = Json.MAPPER.readTree(body).path("evaluations");
                for (var at = 0; at < orders.get(i).size(); at++) {
                    tally.count(orders.get(i).get(at).id(), decisions.path(at));
                }
            }
        });
    }
}
