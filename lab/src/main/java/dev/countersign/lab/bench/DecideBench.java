package dev.countersign.lab.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import dev.countersign.lab.demo.Cast;
import dev.countersign.lab.demo.DemoDeployment;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Assured decisions per second over HTTP: proof verified and replay-checked, session live, policy evaluated, evidence
 * durable; the load comes from the same cores. Measured by bare DPoP verifications on the same cores in the same run.
 */
public final class DecideBench implements Bench {
    private static final double RATIO = 0.40;
    private static final double P99_MILLIS = 20;
    private static final int CONNECTIONS = 64;
    private static final int WARM_UP = 200_000;
    private static final int MEASURED = 60_000;
    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final Duration BARE = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "decide";
    }

    @Override
    public Result run() throws Exception {
        try (var demo = DemoDeployment.start()) {
            var alice = demo.logIn(Cast.ALICE);
            alice.openBank(demo.bank());
            var questions = new Questions(alice, demo.bank());
            try (var first = new Connection(demo.issuer(), demo.apiKey())) {
                questions.learn(first.evaluate(questions.read(questions.readProof())));
            }
            var load = new Load(demo.issuer(), CONNECTIONS, answer -> answer.startsWith("{\"decision\":true"));
            load.run(requests(demo, questions, proofs(questions, WARM_UP)));
            var proofs = proofs(questions, MEASURED);
            var bare = bare(proofs);
            var requests = requests(demo, questions, proofs);
            var began = System.nanoTime();
            var nanos = load.run(requests);
            var perSecond = MEASURED / ((System.nanoTime() - began) / 1e9);
            Arrays.sort(nanos);
            return result(perSecond, bare, nanos);
        }
    }

    private Result result(double perSecond, double bare, long[] nanos) {
        var p99 = nanos[(int) (nanos.length * 0.99)] / 1e6;
        var details = new LinkedHashMap<String, Object>();
        details.put("bare_dpop_verifications_per_s", Math.round(bare));
        details.put("p50_ms", round(nanos[nanos.length / 2] / 1e6));
        details.put("p99_ms", round(p99));
        details.put("max_ms", round(nanos[nanos.length - 1] / 1e6));
        details.put("connections", CONNECTIONS);
        details.put("cores", CORES);
        return new Result(
                name(),
                ">= %.0f %% of bare DPoP verifications per second on the same cores, p99 <= %.0f ms at %d connections"
                        .formatted(RATIO * 100, P99_MILLIS, CONNECTIONS),
                Math.round(perSecond),
                "decisions/s",
                round(perSecond / bare),
                perSecond / bare >= RATIO && p99 <= P99_MILLIS,
                details);
    }

    /** Signs before the clock runs: clients sign on their own machines. */
    private static List<String> proofs(Questions questions, int count) throws Exception {
        try (var signers = Executors.newFixedThreadPool(CORES)) {
            var parts = new ArrayList<Callable<List<String>>>();
            for (var core = 0; core < CORES; core++) {
                parts.add(() -> {
                    var part = new ArrayList<String>(count / CORES + 1);
                    for (var i = 0; i < count / CORES + 1; i++) {
                        part.add(questions.readProof());
                    }
                    return part;
                });
            }
            var proofs = new ArrayList<String>(count + CORES);
            for (var part : signers.invokeAll(parts)) {
                proofs.addAll(part.get());
            }
            return proofs.subList(0, count);
        }
    }

    private static List<byte[]> requests(DemoDeployment demo, Questions questions, List<String> proofs) {
        return proofs.stream()
                .map(proof -> Connection.request(demo.issuer(), demo.apiKey(), questions.read(proof)))
                .toList();
    }

    /** Parses and verifies proofs with Nimbus and the same provider on every core, and nothing else. */
    private static double bare(List<String> proofs) throws Exception {
        try (var threads = Executors.newFixedThreadPool(CORES)) {
            bare(proofs, threads, BARE.dividedBy(3));
            return bare(proofs, threads, BARE);
        }
    }

    private static double bare(List<String> proofs, ExecutorService threads, Duration time) throws Exception {
        var began = System.nanoTime();
        var next = new AtomicInteger();
        var parts = new ArrayList<Callable<Long>>();
        for (var core = 0; core < CORES; core++) {
            parts.add(() -> {
                var verified = 0L;
                while (System.nanoTime() - began < time.toNanos()) {
                    verify(proofs.get(next.getAndIncrement() % proofs.size()));
                    verified++;
                }
                return verified;
            });
        }
        var sum = 0L;
        for (var part : threads.invokeAll(parts)) {
            sum += part.get();
        }
        return sum / ((System.nanoTime() - began) / 1e9);
    }

    private static void verify(String proof) throws ParseException, JOSEException {
        var jwt = SignedJWT.parse(proof);
        var key = jwt.getHeader().getJWK().toECKey();
        if (!jwt.verify(new ECDSAVerifier(key)) || jwt.getJWTClaimsSet().getClaim("htu") == null) {
            throw new IllegalStateException("A proof of our own does not verify");
        }
    }

    private static double round(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
