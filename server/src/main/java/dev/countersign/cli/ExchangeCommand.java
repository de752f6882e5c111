package dev.countersign.cli;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.countersign.client.DpopKey;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code exchange}: a token that somebody else issued for a session here (RFC 8693), bound to a key of the caller's (RFC 9449). */
@Command(
        name = "exchange",
        description =
                "Exchange a token of a job, a service account, a workload or an identity provider for a session bound to"
                        + " a key, and print the server's answer. Exit 0: it did; 1: it refused.")
public final class ExchangeCommand implements Callable<Integer> {
    /** Largest file with a token or key, bytes. */
    static final int MAX_BYTES = 16 * 1024;

    /** How long the answer may take. */
    static final Duration MAX_TIME = Duration.ofSeconds(30);

    /** Exit code when there is no session. */
    static final int REFUSED = 1;

    private static final String URN = "urn:ietf:params:oauth:";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--server", required = true, paramLabel = "URL", description = "The server's public base URL.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private URI server;

    @Option(names = "--client", required = true, paramLabel = "ID", description = "Client of the settings.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String client;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "jwt",
            description = "jwt, access_token or id_token (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String type;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "The private key, a JWK; made, mode 600, when it is not there.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path keyFile;

    @Parameters(paramLabel = "FILE", description = "The token.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path tokenFile;

    @Override
    public Integer call() throws InterruptedException {
        try (var http = HttpClient.newBuilder().connectTimeout(MAX_TIME).build()) {
            var key = DpopKey.of(key(), InstantSource.system());
            var form = form();
            var answer = send(http, key, form, null);
            var nonce = answer.headers().firstValue("DPoP-Nonce").orElse(null);
            if (answer.statusCode() == 400 && answer.body().contains("use_dpop_nonce")) {
                answer = send(http, key, form, nonce);
            }
            var out = answer.statusCode() == 200
                    ? spec.commandLine().getOut()
                    : spec.commandLine().getErr();
            out.println(answer.body());
            return answer.statusCode() == 200 ? 0 : REFUSED;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return REFUSED;
        }
    }

    private ECKey key() throws IOException, ParseException {
        if (!Files.exists(keyFile)) {
            Files.createFile(
                    keyFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(keyFile, newKey().toJSONString() + "\n");
        }
        return ECKey.parse(text(keyFile));
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("This JDK makes no P-256 keys", e);
        }
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + ": larger than " + MAX_BYTES + " bytes");
        }
        return Files.readString(file).strip();
    }

    private String form() throws IOException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", URN + "grant-type:token-exchange");
        form.put("client_id", client);
        form.put("subject_token_type", URN + "token-type:" + type);
        form.put("subject_token", text(tokenFile));
        return form.entrySet().stream().map(ExchangeCommand::pair).collect(Collectors.joining("&"));
    }

    private static String pair(Map.Entry<String, String> one) {
        return one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8);
    }

    private HttpResponse<String> send(HttpClient http, DpopKey key, String form, @Nullable String nonce)
            throws IOException, InterruptedException {
        var endpoint = URI.create(server + "/oauth/token");
        return http.send(
                HttpRequest.newBuilder(endpoint)
                        .timeout(MAX_TIME)
                        .header("DPoP", key.proof("POST", endpoint, null, nonce))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }
}
