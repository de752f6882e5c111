package dev.countersign;

import dev.countersign.client.Decision;
import dev.countersign.client.Evaluation;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** MaxMind's test databases, addresses in them, and a bank whose accounts ask for surroundings. */
final class Places {
    static final Path DATABASES = Path.of("src", "test", "resources", "maxmind");
    static final Path CITY = DATABASES.resolve("GeoIP2-City-Test.mmdb");
    static final Path BROKEN_CITY = DATABASES.resolve("GeoIP2-City-Test-Broken-Double-Format.mmdb");
    static final Path ASN = DATABASES.resolve("GeoLite2-ASN-Test.mmdb");
    static final Path ANONYMOUS = DATABASES.resolve("GeoIP2-Anonymous-IP-Test.mmdb");

    /** Linköping, Sweden; AS 29518, Bredband2 AB. */
    static final String LINKOEPING = "89.160.20.112";

    /** Milton, United States; AS 209. */
    static final String MILTON = "216.160.83.56";

    /** AS 3320, Deutsche Telekom AG; the city database does not know it. */
    static final String TELEKOM = "93.192.0.1";

    /** A Tor exit. */
    static final String TOR = "65.0.0.1";

    private Places() {}

    static Settings settings(Engine engine) {
        return settings(engine, new SurroundingsSettings.Databases(CITY, ASN, ANONYMOUS));
    }

    static Settings settings(Engine engine, SurroundingsSettings.Databases databases) {
        return TestDatabases.settings(engine).with(SurroundingsSettings.NONE.with(databases));
    }

    /** The bank's words; whoever asks may read an account when the condition is true that stands for its name here. */
    static Path policies(Map<String, String> conditions) {
        var folder = TestDatabases.folder();
        try {
            TestDeployment.copyBankSchema(folder);
            Files.writeString(folder.resolve("entities.json"), "[]");
            var text = new StringBuilder();
            conditions.forEach((account, condition) -> text.append("""
                    @id("%1$s")
                    permit (principal, action == Action::"read-account", resource == Account::"%1$s")
                    when { %2$s };
                    """.formatted(account, condition)));
            Files.writeString(folder.resolve("surroundings.cedar"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    /** Whether {@code person}, seen at {@code address}, may read that account. */
    static boolean holds(TestPerson person, @Nullable String address, String account) {
        return person.ask(presented -> {
                    var evaluation = Evaluation.of("User", person.name, "read-account", "Account", account)
                            .session(presented.token(), "DPoP", presented.proof(), "POST", TestDeployment.BANK_CALL);
                    return (address == null ? evaluation : evaluation.client(address, null)).build();
                })
                instanceof Decision.Permit;
    }

    /** Alice's transfer, seen at {@code address}: permitted, or the reason code. */
    static String transfer(TestPerson person, String address, String id, String amount) {
        var decision =
                person.ask(presented -> Evaluation.of("User", person.name, "transfer", "Account", Payments.ACCOUNT)
                        .resourceProperties(Map.of("owner", person.name))
                        .session(presented.token(), "DPoP", presented.proof(), "POST", TestDeployment.BANK_CALL)
                        .client(address, null)
                        .transaction(id, "payment", Payments.details(amount))
                        .build());
        return decision instanceof Decision.Refused refused ? refused.code() : "permitted";
    }
}
