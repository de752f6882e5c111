package dev.countersign.evidence;

import dev.countersign.http.Problem;
import dev.countersign.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Journal}: one writer thread takes whatever requests are waiting, runs their changes in one database
 * transaction, gives their entries the next indices, commits once, and only then lets the requests go on.
 */
final class GroupCommit implements Journal, AutoCloseable {
    /** Most requests in one commit. */
    static final int MAX_BATCH = 512;

    /** Requests waiting for the writer; more are refused at once. */
    static final int MAX_WAITING = 8_192;

    /** How long a request waits for its commit before its door stays closed. */
    static final Duration MAX_WAIT = Duration.ofSeconds(8);

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final Database database;
    private final InstantSource clock;
    private final BlockingQueue<Pending<?>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final List<Consumer<Recorded>> listeners = new CopyOnWriteArrayList<>();
    private final Thread writer;
    private volatile boolean closed;

    GroupCommit(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.writer = Thread.ofPlatform().name("journal").daemon().start(this::run);
    }

    @Override
    public long append(Entry entry) {
        return await(new Pending<Long>(entry));
    }

    @Override
    public <T> T commit(Change<T> change) {
        return await(new Pending<T>(change));
    }

    @Override
    public AutoCloseable listen(Consumer<Recorded> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        closed = true;
        writer.interrupt();
        try {
            writer.join(MAX_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T await(Pending<T> pending) {
        if (closed || !waiting.offer(pending)) {
            throw unavailable();
        }
        try {
            return pending.done.get(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException ours) {
                throw ours;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw unavailable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable();
        }
    }

    private static Problem unavailable() {
        return Problem.unavailable("The decision could not be recorded, so nothing was decided");
    }

    private void run() {
        Connection connection = null;
        var batch = new ArrayList<Pending<?>>(MAX_BATCH);
        while (!closed || !waiting.isEmpty()) {
            batch.clear();
            try {
                batch.add(waiting.take());
            } catch (InterruptedException e) {
                continue; // closing: finish what waits
            }
            waiting.drainTo(batch, MAX_BATCH - 1);
            connection = write(connection, batch);
        }
        discard(connection);
    }

    /** Writes the batch; when the shared transaction fails, each request gets one of its own. */
    private @Nullable Connection write(@Nullable Connection open, List<Pending<?>> batch) {
        var connection = open;
        try {
            if (connection == null) {
                connection = database.openWriter();
            }
            publish(new Batch(connection, clock).write(batch), batch);
            return connection;
        } catch (SQLException | RuntimeException e) {
            discard(connection);
            if (batch.size() == 1) {
                LOG.error("a write failed", e);
                batch.getFirst().done.completeExceptionally(unavailable());
                return null;
            }
            Connection next = null;
            for (var pending : batch) {
                next = write(next, List.of(pending));
                if (next == null) {
                    failRest(batch); // the database itself is away: do not try, and wait, for each
                    return null;
                }
            }
            return next;
        }
    }

    private static void failRest(List<Pending<?>> batch) {
        batch.forEach(pending -> pending.done.completeExceptionally(unavailable()));
    }

    private void publish(List<Recorded> recorded, List<Pending<?>> batch) {
        batch.forEach(Pending::complete);
        for (var entry : recorded) {
            for (var listener : listeners) {
                try {
                    listener.accept(entry);
                } catch (RuntimeException e) {
                    LOG.warn("a listener of the journal failed", e);
                }
            }
        }
    }

    private static void discard(@Nullable Connection connection) {
        if (connection == null) {
            return;
        }
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            LOG.debug("the writer's connection was already gone", e);
        }
    }
}
