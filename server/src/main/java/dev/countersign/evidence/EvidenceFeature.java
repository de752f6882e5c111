package dev.countersign.evidence;

import dev.countersign.Settings;
import dev.countersign.key.KeyRing;
import dev.countersign.key.KeyRings;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;

/** The evidence log and, because their making is evidence too, the deployment's keys. */
public final class EvidenceFeature implements AutoCloseable {
    private final GroupCommit journal;
    private final Sequencer sequencer;
    private final KeyRing keys;
    private final EvidenceRoutes routes;
    private final String verifierKey;
    private final InclusionProofs proofs;

    private EvidenceFeature(
            GroupCommit journal,
            Sequencer sequencer,
            KeyRing keys,
            EvidenceRoutes routes,
            String verifierKey,
            InclusionProofs proofs) {
        this.journal = journal;
        this.sequencer = sequencer;
        this.keys = keys;
        this.routes = routes;
        this.verifierKey = verifierKey;
        this.proofs = proofs;
    }

    /**
     * Opens the journal, loads or makes the keys, starts the sequencer. Throws {@link IllegalStateException} when the
     * stored log does not fit its newest checkpoint or the keys do not open.
     */
    public static EvidenceFeature wire(Settings settings, Database database, InstantSource clock, SecureRandom random) {
        var journal = new GroupCommit(database, clock);
        try {
            var keys = KeyRings.open(settings, database, journal, clock, random);
            var store = new EvidenceStore(database);
            var origin = origin(settings);
            var sequencer = new Sequencer(database, store, journal, keys, origin, clock);
            sequencer.start();
            var verifierKey =
                    Checkpoint.verifierKey(origin, keys.checkpointKey().publicKey());
            return new EvidenceFeature(
                    journal,
                    sequencer,
                    keys,
                    new EvidenceRoutes(store),
                    verifierKey,
                    new InclusionProofs(store, verifierKey));
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** The log's name in its checkpoints: our host and {@code /evidence}. */
    static String origin(Settings settings) {
        return settings.issuer().getRawAuthority() + "/evidence";
    }

    public Journal journal() {
        return journal;
    }

    public KeyRing keys() {
        return keys;
    }

    /** What verifies our checkpoints, as signed-note writes it. */
    public String verifierKey() {
        return verifierKey;
    }

    /** Entries with what proves them. */
    public InclusionProofs proofs() {
        return proofs;
    }

    public void routes(HttpRouting.Builder routing) {
        routes.register(routing);
    }

    @Override
    public void close() {
        sequencer.close();
        journal.close();
    }
}
