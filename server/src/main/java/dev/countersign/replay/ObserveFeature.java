package dev.countersign.replay;

import dev.countersign.Settings;
import dev.countersign.policy.LivePolicySet;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicySetHash;
import dev.countersign.recorded.RecordedFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a candidate beside the live set. It is loaded on a thread of its own and again with each change of its folder; one
 * that is refused is told and passed over, and nothing of it reaches an answer.
 */
public final class ObserveFeature implements AutoCloseable {
    /** How often a folder that never held a good candidate is tried again. */
    static final Duration RETRY = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(ObserveFeature.class);

    private final @Nullable Path folder;
    private final Observer observer;
    private final Thread opening;
    private @Nullable LivePolicySet opened; // guarded by this
    private boolean closed; // guarded by this

    private ObserveFeature(@Nullable Path folder, Observer observer) {
        this.folder = folder;
        this.observer = observer;
        this.opening = Thread.ofVirtual().name("candidate").unstarted(this::open);
    }

    /** Observes the settings' candidate; does nothing when there is none. */
    public static ObserveFeature wire(Settings settings, RecordedFeature records, InstantSource clock) {
        var folder = settings.policies().observe();
        var observer = new Observer(clock);
        var feature = new ObserveFeature(folder, observer);
        if (folder != null) {
            records.watch(observer::see);
            feature.opening.start();
        }
        return feature;
    }

    /** What was seen so far; empty when no candidate is set. */
    public Optional<Observation> observation() {
        return folder == null ? Optional.empty() : Optional.of(observer.observation());
    }

    /** Until the folder holds a candidate that loads: from then on, the set watches its folder itself. */
    private void open() {
        var told = "";
        try {
            while (folder != null) {
                try {
                    keep(LivePolicySet.open(folder, new Changes()));
                    return;
                } catch (PolicyLoadException e) {
                    observer.refused(e.faults());
                    if (!told.equals(e.getMessage())) {
                        told = String.valueOf(e.getMessage());
                        LOG.warn("the candidate in {} cannot be observed:\n{}", folder, told);
                    }
                } catch (IOException | RuntimeException e) {
                    LOG.warn("the candidate in {} cannot be observed", folder, e);
                }
                Thread.sleep(RETRY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    private synchronized void keep(LivePolicySet set) {
        if (closed) {
            set.close();
            return;
        }
        opened = set;
        observer.candidate(set.current());
        LOG.info("observing the candidate {}", set.current().hash());
    }

    private synchronized void changed() {
        if (opened != null) {
            observer.candidate(opened.current());
            LOG.info("observing the candidate {}", opened.current().hash());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        opening.interrupt();
        if (opened != null) {
            opened.close();
        }
    }

    /** The candidate's folder changed. */
    private final class Changes implements LivePolicySet.Listener {
        @Override
        public void changed(PolicySetHash before, PolicySetHash now) {
            ObserveFeature.this.changed();
        }

        @Override
        public void unchanged(PolicySetHash now) {
            ObserveFeature.this.changed(); // what was refused in between is gone
        }

        @Override
        public void refused(PolicyLoadException reasons) {
            observer.refused(reasons.faults());
        }
    }
}
