package dev.countersign.cli.offline;

import dev.countersign.cli.remote.ServerRefusal;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The passphrase of a key file: from a file, or typed. */
final class Passphrase {
    /** Shortest of a new key, characters (NIST SP 800-63B-4 §3.1.1.2: fifteen where nothing else protects). */
    static final int MIN_LENGTH = 15;

    /** Longest, characters. */
    static final int MAX_LENGTH = 1024;

    private final @Nullable Path file;

    /** @param file whose first line it is; null: it is typed */
    Passphrase(@Nullable Path file) {
        this.file = file;
    }

    /** That of a key that is there. */
    String known() {
        return normalized(file == null ? typed("Passphrase of the key: ") : line(file));
    }

    /** That of a new key; typed twice. */
    String chosen() {
        if (file != null) {
            return longEnough(normalized(line(file)));
        }
        var first = longEnough(normalized(typed("New passphrase of the key: ")));
        if (!first.equals(normalized(typed("Again: ")))) {
            throw new ServerRefusal("These are two passphrases");
        }
        return first;
    }

    private static String typed(String prompt) {
        var typed = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> console.readPassword("%s", prompt))
                .orElseThrow(
                        () -> new ServerRefusal("There is nobody to ask for the passphrase: give --passphrase-file"));
        try {
            return new String(typed);
        } finally {
            Arrays.fill(typed, ' ');
        }
    }

    private static String line(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse("");
        } catch (IOException | UncheckedIOException e) {
            throw new ServerRefusal(file + ": cannot be read");
        }
    }

    /** The same letters are the same passphrase, whatever keyboard typed them (Unicode NFC). */
    private static String normalized(String passphrase) {
        if (passphrase.length() > MAX_LENGTH) {
            throw new ServerRefusal("A passphrase has at most " + MAX_LENGTH + " characters");
        }
        return Normalizer.normalize(passphrase, Normalizer.Form.NFC);
    }

    private static String longEnough(String passphrase) {
        if (passphrase.codePointCount(0, passphrase.length()) < MIN_LENGTH) {
            throw new ServerRefusal("A passphrase has at least " + MIN_LENGTH + " characters");
        }
        return passphrase;
    }
}
