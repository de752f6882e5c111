package dev.countersign.cli.approve;

import dev.countersign.cli.remote.Http.Answer;
import dev.countersign.cli.remote.ServerOptions;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.cli.remote.ServerSession;
import dev.countersign.client.SoftwareAuthenticator;
import dev.countersign.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code approve}: signs, from a machine without a browser's authenticator, what waits for a person's signature. */
@Command(
        name = "approve",
        description =
                "List what waits for your signature; show one request from the bytes that are signed, and sign or deny"
                        + " it. Exit 0: done; 1: refused; 3: you said no.")
public final class ApproveCommand implements Callable<Integer> {
    /** Exit code when the server refuses. */
    static final int REFUSED = 1;

    /** Exit code when the person does not want to. */
    static final int DECLINED = 3;

    /** Step-ups that a command asks for before it gives up. */
    private static final int MAX_STEP_UPS = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "The software authenticator; mode 600, as safe as this file.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path key;

    @Option(
            names = "--enrol",
            paramLabel = "LABEL",
            description = "Make a key in the file and register it as one of your authenticators.")
    private @Nullable String label;

    @Option(names = "--deny", paramLabel = "REASON", description = "Deny the request instead: final for these bytes.")
    private @Nullable String denial;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean sure;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "The request.")
    private @Nullable String id;

    @Override
    public Integer call() {
        try {
            var session = ServerSession.open(server, spec.commandLine().getOut());
            if (label != null) {
                return enrol(session, label);
            }
            return id == null ? list(session) : answer(session, id);
        } catch (ServerRefusal e) {
            return refused(e.text());
        }
    }

    private int enrol(ServerSession session, String name) {
        var file = new KeyFile(key);
        var authenticator = file.exists() ? file.read() : new SoftwareAuthenticator(new SecureRandom());
        var options = session.post("/api/authenticators/options", Json.MAPPER.createObjectNode());
        for (var i = 0; i < MAX_STEP_UPS && isStepUpNeeded(options) && session.canStepUp(); i++) {
            session.stepUp("urn:countersign:acr:phr", 300);
            options = session.post("/api/authenticators/options", Json.MAPPER.createObjectNode());
        }
        if (options.status() != 200) {
            return refused(options.reason());
        }
        var response = authenticator.register(options.body().toString(), origin());
        file.write(authenticator); // before the server knows it: a key that is registered is never lost
        var body = Json.MAPPER.createObjectNode().put("label", name);
        body.set("response", Json.MAPPER.readTree(response));
        var answer = session.post("/api/authenticators", body);
        if (answer.status() != 201) {
            return refused(answer.reason());
        }
        out("registered: " + name);
        return 0;
    }

    private static boolean isStepUpNeeded(Answer answer) {
        return answer.status() == 403 && answer.body().path("type").asString("").endsWith("step-up-required");
    }

    private int list(ServerSession session) {
        var answer = session.get("/api/approvals");
        if (answer.status() != 200) {
            return refused(answer.reason());
        }
        var waiting = answer.body().path("waiting");
        waiting.forEach(each -> out(Asked.of(each).title()));
        out(waiting.isEmpty() ? "nothing waits for your signature" : waiting.size() + " waiting");
        return 0;
    }

    private int answer(ServerSession session, String request) {
        var path = "/api/approvals/" + request;
        var answer = session.get(path);
        if (answer.status() != 200) {
            return refused(answer.reason());
        }
        var asked = Asked.of(answer.body());
        asked.print(spec.commandLine().getOut());
        if (denial != null) {
            var denied =
                    session.post(path + "/deny", Json.MAPPER.createObjectNode().put("reason", denial));
            return denied.status() == 200 ? done(denied.body()) : refused(denied.reason());
        }
        if (!asked.maySign()) {
            return refused("Your signature is not asked for: the request is " + asked.status());
        }
        if (!sure && !isWanted()) {
            out("not signed");
            return DECLINED;
        }
        return sign(session, path, asked);
    }

    private int sign(ServerSession session, String path, Asked asked) {
        var file = new KeyFile(key);
        var authenticator = file.read();
        var options = session.post(path + "/options", Json.MAPPER.createObjectNode());
        if (options.status() != 200) {
            return refused(options.reason());
        }
        var challenge = options.body().at("/publicKey/challenge").asString("");
        if (!challenge.equals(asked.challenge(options.body().path("nonce").asString("")))) {
            return refused("The server asks to sign something else than it showed");
        }
        var response = authenticated(authenticator, options.body());
        file.write(authenticator);
        var body = Json.MAPPER.createObjectNode();
        body.set("response", Json.MAPPER.readTree(response));
        var signed = session.post(path + "/sign", body);
        return signed.status() == 200 ? done(signed.body()) : refused(signed.reason());
    }

    private String authenticated(SoftwareAuthenticator authenticator, JsonNode options) {
        try {
            return authenticator.authenticate(options.toString(), origin());
        } catch (IllegalStateException e) {
            throw new ServerRefusal(key + ": is not one of your authenticators here; --enrol makes it one");
        }
    }

    private boolean isWanted() {
        out("Sign exactly this? [y/N]");
        try {
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            return "y".equalsIgnoreCase(String.valueOf(in.readLine()).strip());
        } catch (IOException e) {
            return false;
        }
    }

    private String origin() {
        return server.server.getScheme() + "://" + server.server.getRawAuthority();
    }

    private int done(JsonNode request) {
        out("the request is now " + request.path("status").asString(""));
        return 0;
    }

    private int refused(String why) {
        spec.commandLine().getErr().println("refused: " + why);
        return REFUSED;
    }

    private void out(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
