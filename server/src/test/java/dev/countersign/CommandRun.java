package dev.countersign;

import dev.countersign.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A command on a thread of its own, and what it has printed so far. */
final class CommandRun {
    private final StringWriter printed = new StringWriter();
    private final CompletableFuture<Integer> exit;

    CommandRun(String... arguments) {
        var writer = new PrintWriter(printed, true);
        exit = CompletableFuture.supplyAsync(
                () -> Main.commandLine().setOut(writer).setErr(writer).execute(arguments));
    }

    int exit() {
        try {
            return exit.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(text(), e);
        }
    }

    String text() {
        return printed.toString();
    }

    /** The {@code count}th match of {@code pattern} in what was printed. */
    String awaits(Pattern pattern, int count) throws InterruptedException {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end) {
            var found = pattern.matcher(text()).results().toList();
            if (found.size() >= count) {
                return found.get(count - 1).group();
            }
            Thread.sleep(20);
        }
        throw new AssertionError("Never printed: " + pattern + " in " + text());
    }
}
