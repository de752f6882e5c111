package dev.countersign.cli.receipt;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.transaction.BundleCheck;
import dev.countersign.transaction.ProvenLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code receipt}: verifies, from one file, that people signed a transaction and that it was permitted. */
@Command(
        name = "receipt",
        description = "Verify a receipt bundle offline, or cut one line of a batch out of it.",
        synopsisSubcommandLabel = "(verify | line)")
public final class ReceiptCommand implements Runnable {
    /** Exit code when something does not hold. */
    static final int NOT_VERIFIED = 1;

    /** Largest bundle, bytes: a thousand lines and a hundred approvals are well below. */
    static final int MAX_BYTES = Json.MAX_BODY_BYTES;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what: verify or line");
    }

    /** {@code receipt verify}. */
    @Command(
            name = "verify",
            description =
                    "Verify everything that a bundle says, from the bundle alone. Exit 0: all holds; 1: something does"
                            + " not.")
    int verify(
            @Parameters(paramLabel = "FILE", description = "The bundle.") Path file,
            @Option(
                            names = "--key",
                            paramLabel = "VKEY",
                            description =
                                    "Checkpoint key you trust (signed-note form). Default: the one in the bundle.")
                    @Nullable
                    String key,
            @Option(names = "--json", description = "One JSON object on standard output.") boolean json) {
        var findings = BundleCheck.verify(read(file), key);
        var ok = findings.stream().allMatch(BundleCheck.Finding::holds);
        var out = spec.commandLine().getOut();
        if (json) {
            var object = Json.MAPPER.createObjectNode().put("ok", ok).put("key_pinned", key != null);
            var list = object.putArray("findings");
            findings.forEach(each -> list.addObject().put("holds", each.holds()).put("text", each.text()));
            out.println(Json.MAPPER.writeValueAsString(object));
            return ok ? 0 : NOT_VERIFIED;
        }
        findings.forEach(each -> out.println((each.holds() ? "  holds  " : "  FAILS  ") + each.text()));
        out.println(
                ok
                        ? "verified: " + findings.size() + " statements hold"
                        : "NOT verified: the bundle was changed, or is not what it says");
        if (ok && key == null) {
            out.println(
                    "The key was taken from the bundle: compare it with the one that the server's operator publishes, or"
                            + " give --key. Whose a credential is, only the operator's register of people can say; and a report of the outcome may"
                            + " have been left out.");
        }
        return ok ? 0 : NOT_VERIFIED;
    }

    /** {@code receipt line}. */
    @Command(
            name = "line",
            description =
                    "Write a bundle that proves one line of a batch and shows none of the others, to standard output.")
    int line(
            @Parameters(paramLabel = "FILE", description = "The bundle of the batch.") Path file,
            @Parameters(paramLabel = "N", description = "Which line, from 1.") int number) {
        try {
            spec.commandLine().getOut().println(ProvenLine.of(read(file), number));
            return 0;
        } catch (IllegalArgumentException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return NOT_VERIFIED;
        }
    }

    private JsonNode read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ParameterException(spec.commandLine(), file + ": larger than " + MAX_BYTES + " bytes");
            }
            return Json.read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), file + ": cannot be read", e);
        } catch (Problem e) {
            throw new ParameterException(spec.commandLine(), file + ": " + e.detail(), e);
        }
    }
}
