package dev.countersign.lab.keycloak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Keycloak as its makers ship it, in a process of its own, with the test realm {@code bank} and nothing on disk. */
final class Keycloak implements AutoCloseable {
    static final String ADMIN = "admin";
    static final String ADMIN_PASSWORD = "admin of a test";

    /** How long building or starting may take on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final String HEAP = "-Xmx512m";
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1";
    private static final List<String> BUILD = List.of("build", "--features=ssf", "--db=dev-mem");

    private final int port;
    private final Process process;

    private Keycloak(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /** Starts it with a realm in which Countersign is at {@code countersign}; returns when the realm answers. */
    static Keycloak start(URI countersign) throws IOException, InterruptedException {
        var home = home();
        buildOnce(home);
        var imports = Files.createDirectories(home.resolve("data/import"));
        try (var realm = Keycloak.class.getResourceAsStream("/keycloak/bank-realm.json")) {
            var text = new String(
                    java.util.Objects.requireNonNull(realm).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            Files.writeString(
                    imports.resolve("bank-realm.json"), text.replace("@countersign@", countersign.toString()));
        }
        var port = freePort();
        var log = home.resolve("start.log");
        var process = run(
                home,
                log,
                List.of(
                        "start",
                        "--optimized",
                        "--import-realm",
                        "--http-enabled=true",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--hostname=http://localhost:" + port,
                        // pushes to this machine, over plain HTTP
                        "--spi-ssf-transmitter--default--allow-insecure-push-targets=true",
                        "--spi-ssf-transmitter--default--outbox-drainer-interval=500ms"));
        var keycloak = new Keycloak(port, process);
        try {
            keycloak.awaitRealm(log);
            return keycloak;
        } catch (IOException | InterruptedException | RuntimeException e) {
            keycloak.close();
            throw e;
        }
    }

    /** Where the build unpacked it. */
    private static Path home() throws IOException {
        try (var folders = Files.list(Path.of("target/keycloak"))) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve("bin/kc.sh")))
                    .findFirst()
                    .orElseThrow(
                            () -> new IOException("target/keycloak holds no Keycloak: run mvn process-test-resources"))
                    .toAbsolutePath();
        }
    }

    /** Keycloak lays its features into itself once; starting is quick from then on. */
    private static void buildOnce(Path home) throws IOException, InterruptedException {
        var built = home.resolve("built");
        if (Files.exists(built)) {
            return;
        }
        var log = home.resolve("build.log");
        var build = run(home, log, BUILD);
        if (!build.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || build.exitValue() != 0) {
            kill(build);
            throw new IOException("Keycloak cannot be built: " + Files.readString(log));
        }
        Files.writeString(built, String.join(" ", BUILD));
    }

    private static Process run(Path home, Path log, List<String> arguments) throws IOException {
        var command = new ArrayList<>(List.of("sh", home.resolve("bin/kc.sh").toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS_KC_HEAP", HEAP);
        builder.environment().put("JAVA_OPTS_APPEND", QUICK_START);
        builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
        builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN_PASSWORD);
        return builder.start();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitRealm(Path log) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("Keycloak did not start: " + Files.readString(log));
            }
            Thread.sleep(200);
        }
    }

    private boolean answers() throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                .timeout(Duration.ofSeconds(10))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    URI base() {
        return URI.create("http://localhost:" + port);
    }

    /** The realm's {@code iss}. */
    URI issuer() {
        return URI.create(base() + "/realms/bank");
    }

    @Override
    public void close() {
        kill(process);
    }

    /** The script that starts Java waits for it: both have to end. */
    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
