package dev.countersign.offline;

import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.session.BrowserSessions;
import dev.countersign.store.Database;
import dev.countersign.watch.Watch;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** Keys on devices without network. */
public final class OfflineFeature {
    private final OfflineKeys keys;
    private final OfflinePurge purge;
    private final List<Consumer<HttpRouting.Builder>> routes;

    private OfflineFeature(OfflineKeys keys, OfflinePurge purge, List<Consumer<HttpRouting.Builder>> routes) {
        this.keys = keys;
        this.purge = purge;
        this.routes = routes;
    }

    public static OfflineFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            KeyRing keyRing,
            Colleagues colleagues,
            BrowserSessions browsers,
            Pages pages,
            InstantSource clock,
            SecureRandom random) {
        var keys = new OfflineKeys(
                database,
                journal,
                keyRing.seal("offline key"),
                new RandomIds(random),
                settings.offline().confirmers() != null,
                clock);
        var second = new SecondPerson(settings.offline(), colleagues, keys, database, journal, clock);
        var stepUp = new FreshStepUp(clock);
        return new OfflineFeature(
                keys,
                new OfflinePurge(database, journal, clock),
                List.of(
                        new OfflineKeyRoutes(settings.issuer(), keys, keyRing, browsers, pages, second, stepUp)
                                ::register,
                        new SecondPersonRoutes(second, browsers, pages, stepUp)::register));
    }

    public OfflineKeys keys() {
        return keys;
    }

    /** Begins to forget what is over. Close it to stop. */
    public AutoCloseable start() {
        return Watch.start("offline-purge", OfflinePurge.PERIOD, purge::look);
    }

    public void routes(HttpRouting.Builder routing) {
        routes.forEach(each -> each.accept(routing));
    }
}
