package dev.countersign.publish;

import dev.countersign.evidence.Journal;
import dev.countersign.http.Problem;
import dev.countersign.policy.PolicySet;
import dev.countersign.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which set every node runs: each says so when it changes, and again every few seconds. */
final class Nodes implements AutoCloseable {
    /** How often a node looks whether its set changed. */
    static final Duration LOOK = Duration.ofSeconds(1);

    /** How often it speaks anyway. */
    static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** A node that has been silent for so long is no longer listed. */
    static final Duration GONE = Duration.ofMinutes(1);

    /** A node that has been silent for so long is forgotten. */
    static final Duration FORGOTTEN = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

    private final String self;
    private final Supplier<PolicySet> policies;
    private final Database database;
    private final Journal journal;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Nodes(String self, Supplier<PolicySet> policies, Database database, Journal journal, InstantSource clock) {
        this.self = self;
        this.policies = policies;
        this.database = database;
        this.journal = journal;
        this.clock = clock;
    }

    /** @param self a name that no other process has */
    static Nodes start(
            String self, Supplier<PolicySet> policies, Database database, Journal journal, InstantSource clock) {
        var nodes = new Nodes(self, policies, database, journal, clock);
        Thread.ofVirtual().name("nodes").start(nodes::run);
        return nodes;
    }

    /** This node's name. */
    String self() {
        return self;
    }

    /** This node as it is, and the others as they said lately. */
    List<Node> all() {
        var now = clock.instant();
        var hash = policies.get().hash().value();
        return database.read(handle -> handle.createQuery(
                        "select node, hash, since, seen_at from policy_node where seen_at > :gone order by node")
                .bind("gone", now.minus(GONE).toEpochMilli())
                .map((row, context) -> new Node(
                        row.getString("node"),
                        row.getString("hash"),
                        Instant.ofEpochMilli(row.getLong("since")),
                        Instant.ofEpochMilli(row.getLong("seen_at"))))
                .map(node -> node.node().equals(self) && !node.hash().equals(hash)
                        ? new Node(self, hash, now, now) // it changed since it last spoke
                        : node)
                .list());
    }

    private void run() {
        var said = "";
        var since = clock.instant();
        var last = Instant.MIN;
        try {
            do {
                var hash = policies.get().hash().value();
                var now = clock.instant();
                if (!hash.equals(said)) {
                    since = now;
                }
                if ((!hash.equals(said) || !now.isBefore(last.plus(HEARTBEAT))) && say(hash, since, now)) {
                    said = hash;
                    last = now;
                }
            } while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean say(String hash, Instant since, Instant now) {
        try {
            return journal.commit((handle, evidence) -> {
                handle.createUpdate("""
                                insert into policy_node (node, hash, since, seen_at) values (:node, :hash, :since, :now)
                                on conflict (node) do update set hash = excluded.hash, since = excluded.since,
                                    seen_at = excluded.seen_at""")
                        .bind("node", self)
                        .bind("hash", hash)
                        .bind("since", since.toEpochMilli())
                        .bind("now", now.toEpochMilli())
                        .execute();
                handle.createUpdate("delete from policy_node where seen_at < :forgotten")
                        .bind("forgotten", now.minus(FORGOTTEN).toEpochMilli())
                        .execute();
                return true;
            });
        } catch (Problem e) {
            LOG.debug("this node could not say which policies it runs"); // said again a second later
            return false;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    /** @param since when it began to run {@code hash} */
    record Node(String node, String hash, Instant since, Instant seenAt) {}
}
