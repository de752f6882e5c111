package dev.countersign.lab.demo;

import dev.countersign.Countersign;
import dev.countersign.Settings;
import dev.countersign.lab.bank.Bank;
import dev.countersign.lab.person.Visitor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The demo with Countersign in a process of its own, which can be killed: no shutdown, no last write, no goodbye. Identity
 * provider and bank live on.
 */
public final class SeparateDeployment implements AutoCloseable {
    private static final String READY = "ready";
    private static final String NONE = "-";

    private final Ports ports = Ports.any();
    private final Path data = DemoDeployment.temporaryFolder();
    private final SecureRandom random = new SecureRandom();
    private final String apiKey = DemoSettings.randomKey(random);
    private final Path policies;
    private final @Nullable String databaseUrl;
    private final boolean quick;
    private final DemoProvider provider;
    private final Bank bank;
    private Process server;

    private SeparateDeployment(Path policies, @Nullable String databaseUrl, boolean quick) throws IOException {
        this.policies = policies;
        this.databaseUrl = databaseUrl;
        this.quick = quick;
        provider = DemoProvider.start(ports.provider(), data.resolve("provider"));
        server = launched();
        bank = Bank.start(DemoSettings.bank(ports, apiKey), InstantSource.system());
    }

    /** @param databaseUrl of an empty PostgreSQL database, or null for SQLite */
    public static SeparateDeployment of(@Nullable String databaseUrl) throws IOException {
        return with(shipped(), databaseUrl);
    }

    /** The same, under other policies. */
    public static SeparateDeployment with(Path policies, @Nullable String databaseUrl) throws IOException {
        return new SeparateDeployment(policies, databaseUrl, false);
    }

    private static Path shipped() {
        return Home.find().resolve("policies/bank");
    }

    /** One that starts quickly and never gets fast: to be killed often. */
    public static SeparateDeployment quick(@Nullable String databaseUrl) throws IOException {
        return new SeparateDeployment(shipped(), databaseUrl, true);
    }

    /** What the process runs: ports, provider, folder, key, database, policies. */
    public static void main(String[] arguments) throws Exception {
        var ports = new Ports(
                Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        var demo = DemoSettings.of(
                ports, URI.create(arguments[3]), Path.of(arguments[4]), Path.of(arguments[7]), arguments[5]);
        var settings = new Settings(
                demo.issuer(),
                demo.host(),
                demo.port(),
                demo.data(),
                arguments[6].equals(NONE) ? null : arguments[6],
                null,
                null,
                null,
                demo.policies(),
                demo.transactionTypes(),
                demo.identityProviders(),
                demo.clients(),
                demo.enforcementPoints(),
                demo.webauthn(),
                demo.lifetimes());
        try (var _ = Countersign.start(settings)) {
            System.out.println(READY);
            Thread.currentThread().join(); // until it is killed
        }
    }

    private Process launched() throws IOException {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--enable-native-access")
                        || flag.startsWith("--sun-misc")
                        || flag.startsWith("-Dcountersign.")
                        || flag.startsWith("-Djava.util.logging"))
                .forEach(command::add);
        command.add("-XX:+UseSerialGC");
        if (quick) {
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(SeparateDeployment.class.getName());
        command.addAll(List.of(
                Integer.toString(ports.countersign()),
                Integer.toString(ports.provider()),
                Integer.toString(ports.bank()),
                provider.issuer().toString(),
                data.toString(),
                apiKey,
                databaseUrl == null ? NONE : databaseUrl,
                policies.toString()));
        var started = new ProcessBuilder(command)
                .redirectError(data.resolve("server.log").toFile())
                .start();
        var out = new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        for (var line = out.readLine(); !READY.equals(line); line = out.readLine()) {
            if (line == null) {
                throw new IOException("The server did not start, see " + data.resolve("server.log"));
            }
        }
        return started;
    }

    /** Kills the server as the kernel does (SIGKILL). Returns when it is gone. */
    public void kill() {
        try {
            server.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts it again, on the same data. */
    public void restart() throws IOException {
        server = launched();
    }

    public URI issuer() {
        return ports.issuer();
    }

    public URI bank() {
        return ports.bankAddress();
    }

    /** The key with which the bank asks. */
    public String apiKey() {
        return apiKey;
    }

    /** The embedded database. */
    public Path database() {
        return data.resolve("countersign.db");
    }

    /** A new visitor who logged in. */
    public Visitor logIn(String username, Map<String, Object> claims) {
        var visitor = new Visitor(issuer(), InstantSource.system(), random);
        visitor.login(username, claims);
        return visitor;
    }

    @Override
    public void close() {
        bank.close();
        kill();
        provider.close();
    }
}
