package dev.countersign.policy;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policy set that decides now: swapped whole when its origin changes, kept when the change is refused. */
public final class LivePolicySet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LivePolicySet.class);

    private final PolicyOrigin origin;
    private final Listener listener;
    private volatile PolicySet live;

    private LivePolicySet(PolicyOrigin origin, PolicySet first, Listener listener) {
        this.origin = origin;
        this.live = first;
        this.listener = listener;
    }

    /** Loads {@code folder} and watches it. Throws as {@link #open(PolicyOrigin, Listener)}. */
    public static LivePolicySet open(Path folder, Listener listener) throws PolicyLoadException, IOException {
        return open(WatchedFolder.open(folder), listener);
    }

    /**
     * Loads from {@code origin}, follows its changes and closes it in the end. Throws when the first load is refused: a
     * server without policies must not run.
     */
    public static LivePolicySet open(PolicyOrigin origin, Listener listener) throws PolicyLoadException {
        try {
            var set = new LivePolicySet(origin, origin.load(), listener);
            Thread.ofVirtual().name("policies").start(set::run);
            return set;
        } catch (PolicyLoadException | RuntimeException e) {
            origin.close();
            throw e;
        }
    }

    /** The live set. Take it once for each decision. */
    public PolicySet current() {
        return live;
    }

    /** Loads now. False when it was refused and the old set stays live. */
    public synchronized boolean reload() {
        try {
            var next = origin.load();
            var previous = live;
            live = next;
            if (!previous.hash().equals(next.hash())) {
                listener.changed(previous.hash(), next.hash());
            } else {
                listener.unchanged(next.hash());
            }
            return true;
        } catch (PolicyLoadException e) {
            LOG.error("the changed policies in {} are refused, the old ones stay live:\n{}", origin, e.getMessage());
            listener.refused(e);
            return false;
        }
    }

    @Override
    public void close() {
        origin.close();
    }

    private void run() {
        try {
            while (origin.awaitChange()) {
                reloadAndStay();
            }
            LOG.debug("no longer following {}", origin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever fails, a loader or a listener, the next change must still be seen. */
    private void reloadAndStay() {
        try {
            reload();
        } catch (RuntimeException e) {
            LOG.error("a change of the policies in {} was not handled whole; live is {}", origin, live.hash(), e);
        }
    }

    /** Hears of changes. */
    public interface Listener {
        /** A new set is live. */
        void changed(PolicySetHash before, PolicySetHash now);

        /** The folder was loaded again and holds what is live already. */
        default void unchanged(PolicySetHash now) {}

        /** A changed set was refused. */
        void refused(PolicyLoadException reasons);
    }
}
