package dev.countersign.lab.demo;

import dev.countersign.lab.person.Browser;
import dev.countersign.transaction.BundleCheck;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** The bundle that proves a transaction, as the bank fetches and an auditor verifies it. */
final class Proof {
    /** How often it is asked for: its evidence is under a checkpoint within a second. */
    private static final int TRIES = 50;

    private static final Duration PAUSE = Duration.ofMillis(100);

    private Proof() {}

    /** What the bundle of {@code transaction} is worth, by the key that the auditor trusts. */
    static String of(DemoDeployment demo, String transaction) {
        var uri = URI.create(demo.issuer() + "/transactions/" + transaction + "/bundle");
        for (var i = 0; i < TRIES; i++) {
            var answer = new Browser().send("GET", uri, Map.of("Authorization", "Bearer " + demo.apiKey()), "");
            if (answer.isSuccess()) {
                var findings = BundleCheck.verify(answer.json(), demo.verifierKey());
                var signatures = findings.stream()
                        .filter(each -> each.holds() && each.text().contains("signed exactly these bytes"))
                        .count();
                return findings.stream()
                        .filter(each -> !each.holds())
                        .findFirst()
                        .map(BundleCheck.Finding::text)
                        .orElse("holds, " + signatures + " signatures");
            }
            if (answer.status() != 503) {
                return "refused " + answer.status();
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return "no checkpoint";
    }
}
