package dev.countersign.publish;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.policy.PolicyLoadException;
import dev.countersign.policy.PolicyOrigin;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySource;
import dev.countersign.publish.PolicyVersion.Live;
import dev.countersign.publish.PolicyVersion.State;
import dev.countersign.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;

/** The live version in the database, looked at every second and believed as far as {@link VersionTrust} allows. */
final class PublishedPolicies implements PolicyOrigin {
    /** How often the live version's number is read: a node runs an old version at most so long, and loading, after another. */
    static final Duration POLL = Duration.ofSeconds(1);

    private final Database database;
    private final VersionTrust trust;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long tried; // version looked at last, taken or not
    private volatile long running; // version taken last

    private PublishedPolicies(Database database, VersionTrust trust) {
        this.database = database;
        this.trust = trust;
    }

    /** Follows the database; where nothing was ever live, {@code first} becomes version 1. */
    static PublishedPolicies open(
            Database database,
            Journal journal,
            VersionTrust trust,
            LiveStatements statements,
            Optional<PolicySource> first,
            InstantSource clock)
            throws PolicyLoadException {
        if (database.read(VersionStore::live).isEmpty()) {
            seed(
                    journal,
                    statements,
                    first.orElseThrow(() -> PolicyLoadException.of("policies", "the first folder cannot be read")),
                    clock);
        }
        requireEvidence(database);
        return new PublishedPolicies(database, trust);
    }

    private static void seed(Journal journal, LiveStatements statements, PolicySource first, InstantSource clock)
            throws PolicyLoadException {
        var hash = PolicySet.parse(first).hash().value();
        var now = clock.instant();
        var version = new PolicyVersion(
                hash,
                pack(first),
                null,
                PolicyVersion.FOLDER,
                "",
                null,
                PolicyVersion.FOLDER,
                now,
                State.LIVE,
                null,
                null);
        var live = new Live(1, hash, statements.sign(1, hash, "", now), now);
        try {
            journal.commit((handle, evidence) -> seeded(handle, evidence, version, live));
        } catch (Problem e) {
            if (e.status() != 409) {
                throw e;
            }
        }
    }

    private static Live seeded(Handle handle, Journal.Recorder evidence, PolicyVersion version, Live live) {
        if (VersionStore.live(handle).isPresent()) {
            return live; // another node was first
        }
        VersionStore.propose(handle, version);
        if (!VersionStore.insert(handle, live)) {
            throw Problem.conflict("version-taken", "Another node was first"); // rolls the row above back
        }
        evidence.record(Entry.of("policy.first", live.hash()).with("version", 1));
        return live;
    }

    private static byte[] pack(PolicySource source) throws PolicyLoadException {
        try {
            return Bundle.pack(source);
        } catch (InvalidBundle e) {
            throw PolicyLoadException.of("policies", e.text());
        }
    }

    /** A row that was taken away, or put back to an earlier one, does not fit what the log said last. */
    private static void requireEvidence(Database database) throws PolicyLoadException {
        var live = database.read(VersionStore::live).orElseThrow();
        var recorded = database.read(VersionStore::lastInEvidence).orElse("none");
        if (!recorded.equals(live.hash())) {
            throw PolicyLoadException.of(
                    "version " + live.hash(), "the evidence log says that " + recorded + " is live");
        }
    }

    @Override
    public PolicySet load() throws PolicyLoadException {
        var live = database.read(VersionStore::live).orElse(null);
        if (live == null || live.version() < running) {
            tried = live == null ? 0 : live.version();
            throw PolicyLoadException.of(
                    "policies", "the database went back behind version " + running + ", which is live here");
        }
        try {
            var version = database.read(handle -> VersionStore.find(handle, live.hash()))
                    .orElseThrow(() -> PolicyLoadException.of("version " + live.hash(), "it is not in the database"));
            var set = trust.live(live, version);
            running = live.version();
            tried = live.version();
            return set;
        } catch (PolicyLoadException e) {
            tried = live.version(); // told once; any other failure is tried again
            throw e;
        }
    }

    @Override
    public boolean awaitChange() throws InterruptedException {
        while (!closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
            if (newest() != tried) {
                return true;
            }
        }
        return false;
    }

    /** The live version's number; the last one tried while the database is away. */
    private long newest() {
        try {
            return database.read(VersionStore::live).map(Live::version).orElse(0L);
        } catch (Problem e) {
            return tried; // said by the database; without it nothing is decided either
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    @Override
    public String toString() {
        return "the database";
    }
}
