package dev.countersign.cli;

import dev.countersign.Countersign;
import dev.countersign.Settings;
import dev.countersign.Settings.Lifetimes;
import dev.countersign.Settings.Webauthn;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code countersign serve}: runs the server until it is told to stop. */
@Command(name = "serve", description = "Run the server.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "settings (YAML); without it: localhost:8080, the data folder 'data', the demo bank's policies")
    private @Nullable Path config;

    @Override
    public Integer call() throws InterruptedException {
        var settings = config == null ? standard() : SettingsFile.read(config, System.getenv());
        try (var countersign = Countersign.start(settings, InstantSource.system(), new SecureRandom())) {
            System.out.println("countersign: " + countersign.url() + " (issuer " + settings.issuer() + ")");
            if (settings.identityProviders().isEmpty()) {
                System.out.println("countersign: no identity provider is configured, so nobody can log in yet");
            }
            var stop = new CountDownLatch(1);
            var finished = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stop.countDown();
                try {
                    finished.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            stop.await();
            countersign.close();
            finished.countDown();
        }
        return ExitCode.OK;
    }

    private static Settings standard() {
        var issuer = URI.create("http://localhost:8080");
        var home = Path.of(System.getProperty("countersign.home", "."));
        return new Settings(
                issuer,
                "127.0.0.1",
                8080,
                Path.of("data"),
                null,
                null,
                null,
                null,
                home.resolve("policies/bank"),
                home.resolve("transaction-types"),
                List.of(),
                List.of(),
                List.of(),
                new Webauthn("localhost", "Countersign", List.of(issuer)),
                Lifetimes.standard());
    }
}
