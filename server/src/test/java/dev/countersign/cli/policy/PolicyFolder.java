package dev.countersign.cli.policy;

import dev.countersign.cli.PolicyCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine;

/** A folder with a small policy set, and {@code policy} commands run on it as they are typed. */
final class PolicyFolder {
    static final String SCHEMA = """
            entity Group in [Group];
            entity User in [Group] { name: String };
            entity Account { owner?: String };
            action read, write appliesTo { principal: User, resource: Account,
              context: { n: Long, amount?: decimal, from?: ipaddr, who?: User } };
            """;

    static final String POLICIES = """
            @id("owner-reads")
            permit (principal is User, action == Action::"read", resource is Account)
            when { resource has owner && resource.owner == principal.name && context.n < 5 };

            @id("bound") @text("Bind the session first") @require("proof")
            forbid (principal, action == Action::"read", resource);
            """;

    final Path path;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    PolicyFolder(Path path) {
        this.path = path;
        write("bank.cedarschema", SCHEMA);
        write("bank.cedar", POLICIES);
    }

    Path write(String name, String text) {
        try {
            var file = path.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The exit code. */
    int run(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        return new CommandLine(new PolicyCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
