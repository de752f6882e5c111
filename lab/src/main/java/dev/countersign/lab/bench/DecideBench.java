package dev.countersign.lab.bench;

import dev.countersign.evidence.AuditReport;
import dev.countersign.evidence.AuditVerification;
import dev.countersign.evidence.LogSource;
import dev.countersign.evidence.Trust;
import dev.countersign.lab.demo.DemoDeployment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Assured decisions per second over HTTP: proof verified and never seen before, session live, policy evaluated, evidence
 * durable. The load comes from the same cores, over connections that stay open. Measured by the same machine's bare proof
 * verifications in the same run.
 */
public final class DecideBench implements Bench {
    private static final double RATIO = 0.40;
    private static final double P99_MILLIS = 20;
    private static final int CONNECTIONS = 64;
    private static final int WARM_UP = 60_000;
    private static final int MEASURED = 100_000;
    private static final Duration BARE = Duration.ofSeconds(5);

    private final int warmUp;
    private final int measured;
    private final Duration bare;

    public DecideBench() {
        this(WARM_UP, MEASURED, BARE);
    }

    /** For tests: fewer decisions. */
    DecideBench(int warmUp, int measured, Duration bare) {
        this.warmUp = warmUp;
        this.measured = measured;
        this.bare = bare;
    }

    @Override
    public String name() {
        return "decide";
    }

    @Override
    public Result run() throws Exception {
        Path database;
        String verifierKey;
        Load.Run load;
        double barePerSecond;
        try (var demo = DemoDeployment.start()) {
            database = demo.database();
            verifierKey = demo.verifierKey();
            var alice = demo.visitor();
            alice.login("alice", Map.of());
            alice.openBank(demo.bank());
            var bank = new AskingBank(demo, alice);
            ask(demo, bank, proofs(bank, warmUp));
            var proofs = proofs(bank, measured);
            BareVerification.perSecond(proofs, bare.dividedBy(2));
            var before = BareVerification.perSecond(proofs, bare);
            load = ask(demo, bank, proofs);
            barePerSecond = (before + BareVerification.perSecond(proofs, bare)) / 2;
        }
        var audit = audit(database, verifierKey);
        return result(load, barePerSecond, audit);
    }

    private Result result(Load.Run load, double barePerSecond, AuditReport audit) {
        var ratio = load.perSecond() / barePerSecond;
        var p99 = load.percentileMillis(0.99);
        var durable = audit.ok() && audit.entries() >= warmUp + measured;
        var details = new LinkedHashMap<String, Object>();
        details.put("bare_verifications_per_second", Math.round(barePerSecond));
        details.put("p50_ms", load.percentileMillis(0.5));
        details.put("p99_ms", p99);
        details.put("connections", CONNECTIONS);
        details.put("decisions", measured);
        details.put("evidence_entries", audit.entries());
        details.put("evidence_verifies", audit.ok());
        return new Result(
                name(),
                ">= %.0f %% of bare Nimbus+ACCP DPoP verifications per second, p99 <= %.0f ms at %d connections"
                        .formatted(100 * RATIO, P99_MILLIS, CONNECTIONS),
                load.perSecond(),
                "decisions/s",
                ratio,
                ratio >= RATIO && p99 <= P99_MILLIS && durable,
                details);
    }

    /** Proofs with a nonce of this node, signed before the clock runs. */
    private static List<String> proofs(AskingBank bank, int count) throws IOException {
        var nonce = bank.nonce();
        return IntStream.range(0, count).parallel().mapToObj(i -> bank.proof(nonce)).toList();
    }

    private static Load.Run ask(DemoDeployment demo, AskingBank bank, List<String> proofs) throws Exception {
        return Load.over(demo.issuer(), CONNECTIONS, proofs.size(), new Load.Exchange() {
            @Override
            public byte[] request(int i) {
                return bank.reading(proofs.get(i));
            }

            @Override
            public void answer(int i, String body) {
                if (!body.contains("\"decision\":true")) {
                    throw new IllegalStateException("not permitted: " + body);
                }
            }
        });
    }

    private static AuditReport audit(Path database, String verifierKey) {
        try (var log = LogSource.sqlite(database)) {
            return AuditVerification.verify(log, new Trust(verifierKey, null));
        }
    }
}
