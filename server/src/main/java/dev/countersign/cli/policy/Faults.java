package dev.countersign.cli.policy;

import dev.countersign.http.Json;
import dev.countersign.policy.PolicyLoadException;
import picocli.CommandLine;

/** Tells why a policy set is refused. */
final class Faults {
    /** Exit code when the set would be refused. */
    static final int REFUSED = 1;

    private Faults() {}

    /** Prints every fault, as text to standard error or as one JSON object to standard output. The exit code. */
    static int print(CommandLine line, PolicyLoadException refusal, boolean json) {
        var faults = refusal.faults();
        if (!json) {
            faults.forEach(line.getErr()::println);
            line.getErr().println("refused: " + faults.size() + (faults.size() == 1 ? " fault" : " faults"));
            return REFUSED;
        }
        var object = Json.MAPPER.createObjectNode().put("ok", false);
        var array = object.putArray("faults");
        for (var fault : faults) {
            array.addObject()
                    .put("file", fault.file())
                    .put("line", fault.line())
                    .put("column", fault.column())
                    .put("reason", fault.reason())
                    .put("source", fault.sourceLine())
                    .put("hint", fault.hint());
        }
        line.getOut().println(Json.MAPPER.writeValueAsString(object));
        return REFUSED;
    }
}
