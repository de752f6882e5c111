package dev.countersign.lab.attack;

import dev.countersign.SurroundingsSettings;
import dev.countersign.SurroundingsSettings.Databases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** MaxMind's test databases, and addresses of which they say that they are far apart. */
final class AddressBooks {
    /** Linköping, Sweden; AS 29518. */
    static final String SWEDEN = "89.160.20.112";

    /** Milton, United States; AS 209. */
    static final String AMERICA = "216.160.83.56";

    /** AS 3320, in no city that the database knows. */
    static final String ELSEWHERE = "93.192.0.1";

    private AddressBooks() {}

    /** Settings with the databases, copied into {@code folder}. */
    static SurroundingsSettings in(Path folder) {
        return SurroundingsSettings.NONE.with(new Databases(
                copy("GeoIP2-City-Test.mmdb", folder),
                copy("GeoLite2-ASN-Test.mmdb", folder),
                copy("GeoIP2-Anonymous-IP-Test.mmdb", folder)));
    }

    private static Path copy(String name, Path folder) {
        var file = folder.resolve(name);
        try (var database = AddressBooks.class.getResourceAsStream("/maxmind/" + name)) {
            if (database == null) {
                throw new IllegalStateException("The lab has no " + name);
            }
            if (Files.notExists(file)) {
                Files.copy(database, file);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
