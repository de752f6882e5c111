package dev.countersign.transaction;

import dev.countersign.display.Statement;
import dev.countersign.http.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads stored transactions back for people. */
final class Statements {
    private Statements() {}

    /**
     * @param canonical the signed bytes
     * @param lines of a batch, else null; held to the signed bytes
     */
    static Statement of(byte[] canonical, byte @Nullable [] lines, Locale locale) {
        var body = Json.read(canonical);
        var details = body.path("details");
        return new Statement(
                body, lines == null ? details : BatchLines.read(lines).whole(details), locale);
    }
}
