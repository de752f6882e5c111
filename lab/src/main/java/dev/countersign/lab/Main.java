package dev.countersign.lab;

import dev.countersign.lab.attack.AttackCommand;
import dev.countersign.lab.bench.BenchCommand;
import dev.countersign.lab.demo.DemoCommand;
import picocli.CommandLine;

/** {@code countersign}: the server's commands and the lab's. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** Exit codes: 0 done and right, 1 done and something is wrong, 2 not understood, with one line why. */
    static CommandLine commandLine() {
        var line = dev.countersign.cli.Main.commandLine()
                .addSubcommand(new DemoCommand())
                .addSubcommand(new AttackCommand())
                .addSubcommand(new BenchCommand());
        line.setParameterExceptionHandler((e, arguments) -> {
            e.getCommandLine()
                    .getErr()
                    .println("countersign: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            return 2;
        });
        return line;
    }
}
