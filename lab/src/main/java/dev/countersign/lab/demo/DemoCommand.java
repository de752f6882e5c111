package dev.countersign.lab.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code demo}: a bank that Countersign protects, on this machine. */
@Command(
        name = "demo",
        description = "Start an identity provider, Countersign and a bank on this machine; or walk the story once.")
public final class DemoCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--once",
            description = "Walk the whole story without a browser and exit: 0 when all went as expected.")
    private boolean once;

    @Option(names = "--json", description = "With --once: one JSON object for each step.")
    private boolean json;

    @Option(
            names = "--port-base",
            paramLabel = "PORT",
            description = "First of three ports in a row; the next free row is taken. Default: 8400, any with --once.")
    private @Nullable Integer portBase;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder for its data. Default: a new temporary one.")
    private @Nullable Path data;

    @Override
    public Integer call() throws InterruptedException {
        if (json && !once) {
            throw new ParameterException(spec.commandLine(), "--json goes with --once");
        }
        if (portBase != null && (portBase < 1 || portBase > 65_533)) {
            throw new ParameterException(spec.commandLine(), "--port-base must be between 1 and 65533");
        }
        var out = spec.commandLine().getOut();
        var clock = InstantSource.system();
        if (!once) {
            return stay(clock, out);
        }
        try (var demo = deployed(clock)) {
            return story(demo, clock, out);
        }
    }

    private DemoDeployment deployed(InstantSource clock) {
        try {
            var ports = once && portBase == null ? Ports.any() : Ports.from(portBase == null ? Ports.BASE : portBase);
            return DemoDeployment.start(ports, data == null ? DemoDeployment.temporaryFolder() : data, clock);
        } catch (IllegalStateException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int story(DemoDeployment demo, InstantSource clock, PrintWriter out) {
        var colour = isColourful();
        var ok = Story.walk(demo, clock, step -> {
            out.println(json ? JsonMapper.shared().writeValueAsString(step) : row(step, colour));
            out.flush();
        });
        if (!json) {
            out.println();
            out.println(ok ? "All as expected. Evidence: " + demo.database() : "Not all went as expected.");
        }
        return ok ? 0 : 1;
    }

    private static String row(Step step, boolean colour) {
        var mark = step.ok() ? "ok" : "NO";
        var painted = colour ? "\u001b[" + (step.ok() ? "32" : "31") + "m" + mark + "\u001b[0m" : mark;
        var evidence = step.evidence() < 0 ? "" : "#" + step.evidence();
        var got = step.ok() ? step.got() : step.got() + "   (expected: " + step.expected() + ")";
        return "%s  %5s  %-68s %s".formatted(painted, evidence, step.step(), got);
    }

    private int stay(InstantSource clock, PrintWriter out) throws InterruptedException {
        var feed = new DecisionFeed(out, isColourful(), clock, ZoneId.systemDefault());
        var stop = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try (var demo = deployed(clock)) {
            out.println(welcome(demo));
            out.flush();
            demo.listen(feed);
            stop.await();
        } finally {
            closed.countDown();
        }
        return 0;
    }

    private static String welcome(DemoDeployment demo) {
        return """

                  Northgate Bank   %s     log in and move money
                  Countersign      %s     approvals: /approvals   security keys: /authenticators

                  alice    asks: owns the operating account
                  bob      treasury, countersigns
                  carol    treasury, countersigns
                  mallory  attacks
                  Logging in is one click. Use another browser or profile for each person, and add a security key
                  at %s/authenticators first.

                  below 1,000.00 the session is enough; from 1,000.00 a step-up; from 10,000.00 two of treasury sign

                  Data: %s      Stop: Ctrl-C
                """.formatted(demo.bank(), demo.issuer(), demo.issuer(), demo.data());
    }

    private static boolean isColourful() {
        return Ansi.AUTO.enabled(); // a terminal, and no NO_COLOR
    }
}
