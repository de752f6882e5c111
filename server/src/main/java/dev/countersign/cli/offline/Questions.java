package dev.countersign.cli.offline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Asks the person at the device, one question after the other. */
final class Questions {
    private final PrintWriter out;
    private final boolean sure;
    private @Nullable BufferedReader in;

    /** @param sure yes to everything, without asking */
    Questions(PrintWriter out, boolean sure) {
        this.out = out;
        this.sure = sure;
    }

    /** Anything but a yes is a no, the end of the input too. */
    boolean isWanted(String question) {
        if (sure) {
            return true;
        }
        out.println(question + " [y/N]");
        out.flush();
        if (in == null) { // one for all questions: it reads ahead
            in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        }
        try {
            return "y".equalsIgnoreCase(String.valueOf(in.readLine()).strip());
        } catch (IOException e) {
            return false;
        }
    }
}
