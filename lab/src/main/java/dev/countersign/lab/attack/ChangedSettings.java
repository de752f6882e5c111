package dev.countersign.lab.attack;

import dev.countersign.Settings;
import dev.countersign.Settings.Enforcer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stage's settings with one thing otherwise. */
final class ChangedSettings {
    private ChangedSettings() {}

    static Settings database(Settings base, String url) {
        return of(base, base.port(), url, "postgres", base.policies(), base.enforcementPoints());
    }

    static Settings port(Settings base, int port) {
        return of(base, port, base.databaseUrl(), base.databaseUser(), base.policies(), base.enforcementPoints());
    }

    static Settings policies(Settings base, Settings.Policies policies) {
        return of(base, base.port(), base.databaseUrl(), base.databaseUser(), policies, base.enforcementPoints());
    }

    static Settings enforcers(Settings base, List<Enforcer> enforcers) {
        return of(base, base.port(), base.databaseUrl(), base.databaseUser(), base.policies(), enforcers);
    }

    private static Settings of(
            Settings base,
            int port,
            @Nullable String databaseUrl,
            @Nullable String databaseUser,
            Settings.Policies policies,
            List<Enforcer> enforcers) {
        return new Settings(
                base.issuer(),
                base.host(),
                port,
                base.data(),
                databaseUrl,
                databaseUser,
                null,
                null,
                policies,
                base.transactionTypes(),
                base.identityProviders(),
                base.clients(),
                enforcers,
                base.webauthn(),
                base.lifetimes(),
                base.tls(),
                base.doors(),
                base.signals(),
                base.surroundings(),
                base.outbound(),
                base.dbsc(),
                base.certificates(),
                base.notifications(),
                base.offline());
    }
}
