package dev.countersign.cli.offline;

import dev.countersign.cli.approve.Asked;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.offline.OfflineKeys;
import dev.countersign.offline.OfflineText;
import dev.countersign.session.Person;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code offline-sign}: shows what a code holds, from the bytes that are signed, and answers it. Needs no network. */
@Command(
        name = "offline-sign",
        description =
                "Read codes (text, files of text, pictures of QR codes), show the transaction that they hold, and print"
                        + " the code that signs it. Exit 0: done; 1: not understood; 3: you said no.")
public final class OfflineSignCommand implements Callable<Integer> {
    /** Exit code when codes or key are not understood. */
    static final int REFUSED = 1;

    /** Exit code when the person does not want to. */
    static final int DECLINED = 3;

    /** Longest name of person and issuer, characters. */
    static final int MAX_SHOWN = 300;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "Key file, see 'offline-keygen'.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path key;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean sure;

    @Parameters(paramLabel = "CODE", arity = "1..*", description = "Codes, or files with them.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> codes;

    @Override
    public Integer call() {
        try {
            var told = OfflineText.read(Codes.read(codes));
            return told.path("kind").asString("").equals("enrol") ? enrol(told) : sign(told);
        } catch (ServerRefusal | IllegalArgumentException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return REFUSED;
        }
    }

    private int enrol(JsonNode told) {
        if (told.has("secret") && Files.exists(key)) {
            throw new ServerRefusal(key + ": is there already");
        }
        out("Enrolment of " + shown(told, "person") + " at " + shown(told, "issuer"));
        if (!isWanted("Answer it?")) {
            return DECLINED;
        }
        if (told.has("secret")) {
            DeviceKey.ofSecret(told.path("secret").asString("")).write(key);
        }
        var challenge = OfflineKeys.enrolmentChallenge(
                told.path("nonce").asString(""), new Person(told.path("person").asString("")));
        out(DeviceKey.read(key).proof(challenge));
        return 0;
    }

    private int sign(JsonNode told) {
        var asked = new Asked(
                told.path("request").asString(""),
                Base64.getUrlDecoder().decode(told.path("canonical").asString("")),
                lines(told),
                "pending",
                true,
                Asked.instant(told.path("expires").asString("")));
        asked.print(spec.commandLine().getOut());
        out("  asked by " + shown(told, "issuer") + ", for the key " + shown(told, "key"));
        if (!isWanted("Sign exactly this?")) {
            out("not signed");
            return DECLINED;
        }
        var challenge =
                Base64.getUrlDecoder().decode(asked.challenge(told.path("nonce").asString("")));
        out(DeviceKey.read(key).answer(challenge));
        return 0;
    }

    /** Of what is not among the bytes that are signed, little and plain. */
    private static String shown(JsonNode told, String name) {
        var text = Asked.printable(told.path(name).asString(""));
        if (text.length() > MAX_SHOWN) {
            throw new ServerRefusal("The " + name + " is longer than " + MAX_SHOWN + " characters");
        }
        return text;
    }

    private static byte[] lines(JsonNode told) {
        return Base64.getUrlDecoder().decode(told.path("lines").asString(""));
    }

    private boolean isWanted(String question) {
        if (sure) {
            return true;
        }
        out(question + " [y/N]");
        try {
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            return "y".equalsIgnoreCase(String.valueOf(in.readLine()).strip());
        } catch (IOException e) {
            return false;
        }
    }

    private void out(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
