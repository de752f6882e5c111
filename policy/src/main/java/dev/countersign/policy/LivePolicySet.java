package dev.countersign.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policy set that decides now: swapped whole when its folder changes, kept when the change is refused. */
public final class LivePolicySet implements AutoCloseable {
    /** Changes of a folder within this time are one. */
    static final Duration SETTLE = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(LivePolicySet.class);

    private final Path folder;
    private volatile PolicySet live;
    private final Listener listener;
    private final WatchService watch;

    private LivePolicySet(Path folder, PolicySet first, Listener listener, WatchService watch) {
        this.folder = folder;
        this.live = first;
        this.listener = listener;
        this.watch = watch;
    }

    /** Loads {@code folder} and watches it. Throws when the first load is refused: a server without policies must not run. */
    public static LivePolicySet open(Path folder, Listener listener) throws PolicyLoadException, IOException {
        var watch = folder.getFileSystem().newWatchService();
        try {
            register(folder, watch); // before loading, so that no change falls between
            var first = PolicySet.load(folder);
            listener.admit(first);
            var set = new LivePolicySet(folder, first, listener, watch);
            Thread.ofVirtual().name("policies").start(set::run);
            return set;
        } catch (PolicyLoadException | IOException e) {
            watch.close();
            throw e;
        }
    }

    /** The live set. Take it once for each decision. */
    public PolicySet current() {
        return live;
    }

    /** Loads the folder now. False when it was refused and the old set stays live. */
    public synchronized boolean reload() {
        try {
            var next = PolicySet.load(folder);
            listener.admit(next);
            var previous = live;
            live = next;
            if (!previous.hash().equals(next.hash())) {
                listener.changed(previous.hash(), next.hash());
            }
            return true;
        } catch (PolicyLoadException e) {
            LOG.error("the changed policies in {} are refused, the old ones stay live:\n{}", folder, e.getMessage());
            listener.refused(e);
            return false;
        }
    }

    @Override
    public void close() {
        try {
            watch.close();
        } catch (IOException e) {
            LOG.debug("the watch was already gone", e);
        }
    }

    private static void register(Path folder, WatchService watch) throws IOException {
        if (!Files.isDirectory(folder)) {
            return; // loading says so
        }
        try (var folders = Files.walk(folder)) {
            for (var each : folders.filter(Files::isDirectory).toList()) {
                each.register(
                        watch,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
            }
        }
    }

    private void run() {
        try {
            while (true) {
                var key = watch.take();
                Thread.sleep(SETTLE);
                for (var more = key; more != null; more = watch.poll()) {
                    more.pollEvents();
                    more.reset();
                }
                register(folder, watch); // folders that are new
                reloadAndStay();
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            LOG.debug("no longer watching {}", folder);
        } catch (IOException | UncheckedIOException e) {
            LOG.error("{} can no longer be watched; policies change at restart only", folder, e);
        }
    }

    /** Whatever fails, a loader or a listener, the next change must still be seen. */
    private void reloadAndStay() {
        try {
            reload();
        } catch (RuntimeException e) {
            LOG.error("a change of the policies in {} was not handled whole; live is {}", folder, live.hash(), e);
        }
    }

    /** Hears of changes. */
    public interface Listener {
        /** Asked before a set goes live. Throws when it must not, although it is right in itself. */
        default void admit(PolicySet next) throws PolicyLoadException {}

        /** A new set is live. */
        void changed(PolicySetHash before, PolicySetHash now);

        /** A changed set was refused. */
        void refused(PolicyLoadException reasons);
    }
}
