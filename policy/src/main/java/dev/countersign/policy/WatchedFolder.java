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

/** A folder of policies and those below it, watched for changes of files. */
final class WatchedFolder implements PolicyOrigin {
    /** Changes of a folder within this time are one. */
    static final Duration SETTLE = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(WatchedFolder.class);

    private final Path folder;
    private final WatchService watch;

    private WatchedFolder(Path folder, WatchService watch) {
        this.folder = folder;
        this.watch = watch;
    }

    /** Starts watching, so that no change falls between this and the first {@link #load}. */
    static WatchedFolder open(Path folder) throws IOException {
        var watch = folder.getFileSystem().newWatchService();
        try {
            register(folder, watch);
            return new WatchedFolder(folder, watch);
        } catch (IOException e) {
            watch.close();
            throw e;
        }
    }

    @Override
    public PolicySet load() throws PolicyLoadException {
        return PolicySet.load(folder);
    }

    @Override
    public boolean awaitChange() throws InterruptedException {
        try {
            var key = watch.take();
            Thread.sleep(SETTLE);
            for (var more = key; more != null; more = watch.poll()) {
                more.pollEvents();
                more.reset();
            }
            register(folder, watch); // folders that are new
            return true;
        } catch (ClosedWatchServiceException e) {
            return false;
        } catch (IOException | UncheckedIOException e) {
            LOG.error("{} can no longer be watched; policies change at restart only", folder, e);
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

    @Override
    public String toString() {
        return folder.toString();
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
}
