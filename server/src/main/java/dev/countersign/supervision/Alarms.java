package dev.countersign.supervision;

import dev.countersign.http.Json;
import dev.countersign.store.Database;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The newest alarms, as the evidence log has them. */
final class Alarms {
    /** Shown at once. */
    static final int MAX = 20;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Database database;

    Alarms(Database database) {
        this.database = database;
    }

    List<Alarm> newest() {
        // The kind as a literal: the partial index serves no parameter.
        return database
                .read(handle -> handle.createQuery("select bytes from evidence where kind = '" + Disowning.ALARM
                                + "' order by idx desc limit :max")
                        .bind("max", MAX)
                        .map((row, context) -> row.getBytes("bytes"))
                        .list())
                .stream()
                .map(Alarms::read)
                .toList();
    }

    private static Alarm read(byte[] bytes) {
        var entry = Json.MAPPER.readTree(bytes);
        var foreign = entry.path("foreign_session").asString("");
        return new Alarm(
                entry.path("index").asLong(),
                TIME.format(Instant.parse(entry.path("time").asString())),
                entry.path("subject").asString(),
                foreign,
                entry.path("authenticators").asInt(0));
    }
}
