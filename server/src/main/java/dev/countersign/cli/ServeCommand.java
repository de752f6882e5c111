package dev.countersign.cli;

import dev.countersign.Countersign;
import dev.countersign.policy.PolicyLoadException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code serve}: runs the server until it is told to stop. */
@Command(name = "serve", description = "Run the server with a settings file.")
public final class ServeCommand implements Runnable {
    /** How long a stop waits for what is open. */
    static final Duration MAX_CLOSING = Duration.ofSeconds(15);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--settings",
            required = true,
            paramLabel = "FILE",
            description = "YAML file; docs/settings.md names every member.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Override
    public void run() {
        var stop = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            try {
                if (!closed.await(MAX_CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
                    spec.commandLine().getErr().println("countersign: not everything could be closed in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try (var server = Countersign.start(SettingsFile.read(file, System.getenv()))) {
            var out = spec.commandLine().getOut();
            out.println("countersign: " + server.issuer() + " (port " + server.port() + "), checkpoints verify with "
                    + server.verifierKey());
            out.flush();
            stop.await();
        } catch (SettingsFile.InvalidSettings
                | PolicyLoadException
                | IllegalStateException
                | IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closed.countDown();
        }
    }
}
