package dev.countersign.cli;

import dev.countersign.Countersign;
import dev.countersign.Settings;
import dev.countersign.Settings.Enforcer;
import dev.countersign.Settings.Lifetimes;
import dev.countersign.Settings.Policies;
import dev.countersign.Settings.Right;
import dev.countersign.Settings.Webauthn;
import dev.countersign.key.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code rehearse}: starts a server in a temporary folder, answers one decision and stops. The launcher runs it once after
 * a build so that the JVM can record what a start needs (JEP 514) and later starts are twice as fast.
 */
@Command(name = "rehearse", hidden = true, description = "Start, decide once, stop: the training run of the AOT cache.")
public final class RehearseCommand implements Callable<Integer> {
    private static final String QUESTION = """
            {"subject": {"type": "User", "id": "alice"}, "action": {"name": "read-account"},
             "resource": {"type": "Account", "id": "DE89370400440532013000"}}""";

    @Option(names = "--policies", required = true, description = "Folder of a policy set.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path policies;

    @Option(names = "--transaction-types", required = true, description = "Folder of transaction types.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path transactionTypes;

    @Override
    public Integer call() throws Exception {
        var data = Files.createTempDirectory("countersign-rehearsal");
        var key = randomKey();
        try (var server = Countersign.start(settings(data, key));
                var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(server.issuer().resolve("/access/v1/evaluation"))
                            .header("Authorization", "Bearer " + key)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(QUESTION))
                            .build(),
                    BodyHandlers.ofString());
            return answer.statusCode() == 200 ? 0 : 1;
        } finally {
            delete(data);
        }
    }

    private Settings settings(Path data, String key) throws IOException {
        var port = freePort();
        var issuer = URI.create("http://127.0.0.1:" + port);
        var hash = HexFormat.of().formatHex(Sha256.of(key));
        return new Settings(
                issuer,
                "127.0.0.1",
                port,
                data,
                null,
                null,
                null,
                null,
                Policies.of(policies),
                transactionTypes,
                List.of(),
                List.of(),
                List.of(new Enforcer("rehearsal", hash, null, Set.of(Right.ASSERT))),
                new Webauthn("127.0.0.1", "Countersign", List.of(issuer)),
                Lifetimes.standard());
    }

    private static String randomKey() {
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
