package dev.countersign.cli.policy;

import dev.countersign.cli.remote.ServerOptions;
import dev.countersign.cli.remote.ServerRefusal;
import dev.countersign.cli.remote.ServerSession;
import dev.countersign.policy.PolicySource;
import dev.countersign.publish.Bundle;
import dev.countersign.publish.InvalidBundle;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code policy fetch}. */
@Command(
        name = "fetch",
        description = "Write the files of a version into a new folder, to read and compare before you approve. They are"
                + " checked against the hash.")
public final class FetchCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "HASH", description = "The version, see 'policy versions'.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String hash;

    @Parameters(index = "1", paramLabel = "DIR", description = "A folder that is not there yet.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Override
    public Integer call() {
        var err = spec.commandLine().getErr();
        try {
            var session = ServerSession.open(server, spec.commandLine().getOut());
            var answer = session.get("/policies/versions/" + hash);
            if (answer.status() != 200) {
                err.println("refused: " + answer.reason());
                return Faults.REFUSED;
            }
            write(source(answer.body().path("files")));
            spec.commandLine().getOut().println(folder + ": " + hash);
            return 0;
        } catch (ServerRefusal | InvalidBundle e) {
            err.println(e.getMessage());
            return Faults.REFUSED;
        } catch (FileAlreadyExistsException e) {
            err.println(folder + ": is there already");
            return Faults.REFUSED;
        } catch (IOException e) {
            err.println(folder + ": cannot be written");
            return Faults.REFUSED;
        }
    }

    /** The files, which hash to the version's name and have names that stay in the folder. */
    private PolicySource source(JsonNode files) {
        var texts = new TreeMap<String, String>();
        files.properties()
                .forEach(file -> texts.put(file.getKey(), file.getValue().asString()));
        var source = Bundle.unpack(Bundle.pack(new PolicySource(texts)));
        if (!source.hash().value().equals(hash)) {
            throw new ServerRefusal("The server's files are not those of " + hash);
        }
        return source;
    }

    private void write(PolicySource source) throws IOException {
        Files.createDirectory(folder);
        for (var file : source.files().entrySet()) {
            var path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
