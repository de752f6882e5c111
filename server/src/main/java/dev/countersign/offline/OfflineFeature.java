package dev.countersign.offline;

import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.session.BrowserSessions;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Keys on devices without network. */
public final class OfflineFeature {
    private final OfflineKeys keys;
    private final OfflineKeyRoutes routes;

    private OfflineFeature(OfflineKeys keys, OfflineKeyRoutes routes) {
        this.keys = keys;
        this.routes = routes;
    }

    public static OfflineFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            KeyRing keyRing,
            BrowserSessions browsers,
            Pages pages,
            InstantSource clock,
            SecureRandom random) {
        var keys = new OfflineKeys(database, journal, keyRing.seal("offline key"), new RandomIds(random), clock);
        return new OfflineFeature(keys, new OfflineKeyRoutes(settings.issuer(), keys, keyRing, browsers, pages, clock));
    }

    public OfflineKeys keys() {
        return keys;
    }

    public void routes(HttpRouting.Builder routing) {
        routes.register(routing);
    }
}
