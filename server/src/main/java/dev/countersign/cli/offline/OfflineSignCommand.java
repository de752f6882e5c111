package dev.countersign.cli.offline;

import dev.countersign.cli.approve.Asked;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.offline.OfflineKeys;
import dev.countersign.offline.OfflineText;
import dev.countersign.session.Person;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    private final InstantSource clock = InstantSource.system();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "Key file, see 'offline-keygen'.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path key;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean sure;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private PassphraseOptions passphrase;

    @ArgGroup(exclusive = false, heading = "Many requests in a file:%n")
    private @Nullable BatchOptions batch;

    @Parameters(paramLabel = "CODE", arity = "0..*", description = "Codes, or files with them.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> codes = List.of();

    @Override
    public Integer call() {
        try {
            var questions = new Questions(spec.commandLine().getOut(), sure);
            if (batch != null) {
                return new BatchSigning(spec.commandLine().getOut(), questions, clock)
                        .run(batch, key, passphrase.known());
            }
            var told = OfflineText.read(Codes.read(codes));
            return told.path("kind").asString("").equals("enrol") ? enrol(told, questions) : sign(told, questions);
        } catch (ServerRefusal | IllegalArgumentException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return REFUSED;
        }
    }

    private int enrol(JsonNode told, Questions questions) {
        if (told.has("secret") && Files.exists(key)) {
            throw new ServerRefusal(key + ": is there already");
        }
        out("Enrolment of " + shown(told, "person") + " at " + shown(told, "issuer"));
        if (!questions.isWanted("Answer it?")) {
            return DECLINED;
        }
        var device = told.has("secret")
                ? new DeviceFile(DeviceKey.ofSecret(told.path("secret").asString("")), null, passphrase.ofNewKey())
                : DeviceFile.read(key, passphrase.known());
        var server = told.path("server_key").asString("");
        var enrolled = server.isEmpty() ? device : device.enrolledAt(ServerKeys.decoded(server));
        if (told.has("secret")) {
            enrolled.create(key);
        } else if (device.serverKey() == null && enrolled.serverKey() != null) {
            enrolled.replace(key);
        }
        var challenge = OfflineKeys.enrolmentChallenge(
                told.path("nonce").asString(""), new Person(told.path("person").asString("")));
        out("Fingerprint of the key  " + device.key().shownFingerprint());
        out(device.key().proof(challenge));
        return 0;
    }

    private int sign(JsonNode told, Questions questions) {
        var asked = asked(told);
        asked.print(spec.commandLine().getOut());
        out("  asked by " + shown(told, "issuer") + ", for the key " + shown(told, "key"));
        if (!questions.isWanted("Sign exactly this?")) {
            out("not signed");
            return DECLINED;
        }
        var challenge =
                Base64.getUrlDecoder().decode(asked.challenge(told.path("nonce").asString("")));
        out(DeviceFile.read(key, passphrase.known()).key().answer(challenge));
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

    static Asked asked(JsonNode told) {
        var decoder = Base64.getUrlDecoder();
        return new Asked(
                told.path("request").asString(""),
                decoder.decode(told.path("canonical").asString("")),
                decoder.decode(told.path("lines").asString("")),
                "pending",
                true,
                Asked.instant(told.path("expires").asString("")));
    }

    private void out(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
