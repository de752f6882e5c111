package dev.countersign.lab.bench;

import dev.countersign.evidence.EvidenceFeature;
import dev.countersign.http.Json;
import dev.countersign.key.CryptoProviders;
import dev.countersign.lab.demo.DemoSettings;
import dev.countersign.lab.demo.Home;
import dev.countersign.lab.demo.Ports;
import dev.countersign.policy.PolicySet;
import dev.countersign.recorded.RecordedFeature;
import dev.countersign.store.Databases;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/** {@code policy simulate} as it is typed, over a week of recorded decisions in the embedded database. */
public final class SimulateBench implements Bench {
    private static final int DECISIONS = 100_000;
    private static final double SECONDS = 5;
    private static final int ROUNDS = 3;
    private static final Duration WEEK = Duration.ofDays(7);

    @Override
    public String name() {
        return "simulate";
    }

    @Override
    public Result run() throws Exception {
        var folder = Files.createTempDirectory("countersign-simulate");
        try {
            var bank = Home.find().resolve("policies/bank");
            var stored = store(folder, bank);
            var database = folder.resolve("countersign.db");
            var candidate = candidate(bank, folder.resolve("candidate"));
            var best = Double.MAX_VALUE;
            var report = "";
            for (var i = 0; i < ROUNDS; i++) {
                var began = System.nanoTime();
                report = simulate(database, candidate);
                best = Math.min(best, (System.nanoTime() - began) / 1e9);
            }
            return result(best, Json.MAPPER.readTree(report), Files.size(database), stored);
        } finally {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private Result result(double seconds, tools.jackson.databind.JsonNode report, long databaseBytes, double stored) {
        var evaluated = report.get("evaluated").longValue();
        var details = new LinkedHashMap<String, Object>();
        details.put("decisions", evaluated);
        details.put("changed", report.get("changed").longValue());
        details.put(
                "new_prompts_per_1000",
                report.at("/differences/new_prompt/per_1000").doubleValue());
        details.put("database_bytes_per_decision", databaseBytes / DECISIONS);
        details.put("recorded_per_s", Math.round(stored));
        details.put("cores", Runtime.getRuntime().availableProcessors());
        return new Result(
                name(),
                "%,d recorded decisions in <= %.0f s, from the start of the process to its end"
                        .formatted(DECISIONS, SECONDS),
                Math.round(seconds * 1_000) / 1_000.0,
                "s",
                Math.round(evaluated / seconds),
                evaluated == DECISIONS && report.get("changed").longValue() > 0 && seconds <= SECONDS,
                details);
    }

    /** Through the server's own recorder. Returns how many a second it stored. */
    private static double store(Path folder, Path policies) throws Exception {
        CryptoProviders.install();
        var settings = DemoSettings.of(
                Ports.any(),
                URI.create("http://localhost:1/none"),
                folder,
                policies,
                DemoSettings.randomKey(new SecureRandom()));
        var clock = InstantSource.system();
        var week = new RecordedBank(PolicySet.load(policies), Instant.now().minus(WEEK), 1);
        try (var database = Databases.open(settings);
                var evidence = EvidenceFeature.wire(settings, database, clock, new SecureRandom());
                var records = RecordedFeature.wire(settings, database, evidence.journal(), clock)) {
            var began = System.nanoTime();
            for (var i = 0; i < DECISIONS; i++) {
                while (records.counts().waiting() > 4_000) {
                    Thread.sleep(1);
                }
                records.record(week.next());
            }
            while (records.counts().written() < DECISIONS) {
                if (records.counts().dropped() > 0) {
                    throw new IllegalStateException("Records were dropped");
                }
                Thread.sleep(5);
            }
            return DECISIONS / ((System.nanoTime() - began) / 1e9);
        }
    }

    /** The bank's policies with a step-up from 500.00 on, and no reading without the account's owner being known. */
    private static Path candidate(Path bank, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var files = Files.list(bank)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var text = Files.readString(file).replace("decimal(\"1000.00\")", "decimal(\"500.00\")");
                Files.writeString(folder.resolve(file.getFileName().toString()), text);
            }
        }
        return folder;
    }

    private static String simulate(Path database, Path candidate) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(List.of(Home.find().resolve("bin/countersign").toString()));
        command.addAll(List.of("policy", "simulate", "--since", "8d", "--json", "--database", database.toString()));
        command.add(candidate.toString());
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("COUNTERSIGN_NO_BUILD", "1");
        var process = builder.start();
        try (var out = process.getInputStream()) {
            var text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("The simulation failed: " + text);
            }
            return text;
        }
    }
}
