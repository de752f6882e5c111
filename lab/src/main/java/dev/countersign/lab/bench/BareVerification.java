package dev.countersign.lab.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What a decision cannot be cheaper than: DPoP proofs parsed and verified with Nimbus, on every core, and nothing else. */
final class BareVerification {
    private BareVerification() {}

    /** Proofs verified per second. The crypto provider is the one that is installed. */
    static double perSecond(List<String> proofs, Duration duration) throws InterruptedException, ExecutionException {
        var cores = Runtime.getRuntime().availableProcessors();
        try (var threads = Executors.newFixedThreadPool(cores)) {
            var begin = System.nanoTime();
            var end = begin + duration.toNanos();
            var running = new ArrayList<Future<Long>>();
            for (var core = 0; core < cores; core++) {
                var first = proofs.size() / cores * core;
                running.add(threads.submit(() -> verifyUntil(end, proofs, first)));
            }
            var verified = 0L;
            for (var one : running) {
                verified += one.get();
            }
            return verified * 1e9 / (System.nanoTime() - begin);
        }
    }

    private static long verifyUntil(long end, List<String> proofs, int first) throws ParseException, JOSEException {
        var verified = 0L;
        for (var at = first; System.nanoTime() < end; at = (at + 1) % proofs.size()) {
            var proof = SignedJWT.parse(proofs.get(at));
            var key = proof.getHeader().getJWK().toECKey();
            if (!proof.verify(new ECDSAVerifier(key))
                    || proof.getJWTClaimsSet().getClaim("htu") == null) {
                throw new IllegalStateException("a proof does not verify");
            }
            verified++;
        }
        return verified;
    }
}
