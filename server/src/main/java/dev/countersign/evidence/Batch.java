package dev.countersign.evidence;

import dev.countersign.evidence.Journal.Change;
import dev.countersign.evidence.Journal.Recorded;
import dev.countersign.http.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One shared database transaction: the changes of several requests, each in its savepoint, then all their entries. */
final class Batch {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

    private final Connection connection;
    private final InstantSource clock;

    Batch(Connection connection, InstantSource clock) {
        this.connection = connection;
        this.clock = clock;
    }

    /** Runs and commits. Throws when the transaction as a whole failed; then nothing was written. */
    List<Recorded> write(List<Pending<?>> batch) throws SQLException {
        Handle handle = null;
        for (var pending : batch) {
            pending.restart();
            if (pending.change != null) {
                if (handle == null) {
                    handle = Jdbi.create(() -> connection).open();
                }
                apply(pending, pending.change, handle);
            }
        }
        var recorded = append(batch);
        connection.commit();
        return recorded;
    }

    private <T> void apply(Pending<?> pending, Change<T> change, Handle handle) throws SQLException {
        @SuppressWarnings("unchecked") // the change is this pending's own
        var own = (Pending<T>) pending;
        var savepoint = connection.setSavepoint();
        try {
            own.succeeded(change.apply(handle, own));
            connection.releaseSavepoint(savepoint);
        } catch (JdbiException e) {
            LOG.error("a change failed", e);
            connection.rollback(savepoint);
            own.failed(Problem.unavailable("The change could not be stored"));
        } catch (RuntimeException e) {
            connection.rollback(savepoint);
            own.failed(e);
        }
    }

    private List<Recorded> append(List<Pending<?>> batch) throws SQLException {
        var count = batch.stream().mapToInt(pending -> pending.drafts.size()).sum();
        if (count == 0) {
            return List.of();
        }
        var index = reserve(count);
        var time = clock.instant();
        var recorded = new ArrayList<Recorded>(count);
        try (var insert =
                connection.prepareStatement("insert into evidence (idx, kind, subject, bytes) values (?, ?, ?, ?)")) {
            for (var pending : batch) {
                pending.startsAt(index);
                for (var draft : pending.drafts) {
                    var bytes = Canonical.bytes(index, time, draft.entry());
                    insert.setLong(1, index);
                    insert.setString(2, draft.entry().kind());
                    insert.setString(3, draft.entry().subject());
                    insert.setBytes(4, bytes);
                    insert.addBatch();
                    recorded.add(new Recorded(index, draft.entry(), bytes));
                    draft.indexed().accept(index);
                    index++;
                }
            }
            insert.executeBatch();
        }
        return recorded;
    }

    /** The first of {@code count} indices. The row's lock orders the commits of all nodes until ours is done. */
    private long reserve(int count) throws SQLException {
        try (var update = connection.prepareStatement(
                "update evidence_head set next_index = next_index + ? where id = 1 returning next_index")) {
            update.setInt(1, count);
            try (var row = update.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("The head of the evidence log is missing");
                }
                return row.getLong(1) - count;
            }
        }
    }
}
