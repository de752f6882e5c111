package dev.countersign.publish;

import dev.countersign.publish.PolicyVersion.Live;
import dev.countersign.publish.PolicyVersion.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Versions and which of them is live. */
final class VersionStore {
    /** Most rows of a list. */
    static final int MAX_LISTED = 500;

    private static final byte[] NO_BUNDLE = {};

    private VersionStore() {}

    static Optional<PolicyVersion> find(Handle database, String hash) {
        return database.createQuery("select * from policy_version where hash = :hash")
                .bind("hash", hash)
                .map((row, context) -> version(row, row.getBytes("bundle")))
                .findOne();
    }

    /** Newest first, without their bundles. */
    static List<PolicyVersion> list(Handle database) {
        return database.createQuery("""
                        select hash, signature, publisher, comment, previous, proposed_by, proposed_at, state,
                            evaluation, receipt
                        from policy_version order by proposed_at desc, hash limit :limit""")
                .bind("limit", MAX_LISTED)
                .map((row, context) -> version(row, NO_BUNDLE))
                .list();
    }

    static int countProposed(Handle database) {
        return database.createQuery("select count(*) from policy_version where state = 'proposed'")
                .mapTo(Integer.class)
                .one();
    }

    /** Adds it, or takes the place of a row of the same hash that is not live. */
    static void propose(Handle database, PolicyVersion version) {
        database.createUpdate("""
                        insert into policy_version (hash, bundle, signature, publisher, comment, previous, proposed_by,
                            proposed_at, state)
                        values (:hash, :bundle, :signature, :publisher, :comment, :previous, :by, :at, :state)
                        on conflict (hash) do update set bundle = excluded.bundle, signature = excluded.signature,
                            publisher = excluded.publisher, comment = excluded.comment, previous = excluded.previous,
                            proposed_by = excluded.proposed_by, proposed_at = excluded.proposed_at,
                            state = excluded.state
                        where policy_version.state <> 'live'""")
                .bind("hash", version.hash())
                .bind("bundle", version.bundle())
                .bind("signature", version.signature())
                .bind("publisher", version.publisher())
                .bind("comment", version.comment())
                .bind("previous", version.previous())
                .bind("by", version.proposedBy())
                .bind("at", version.proposedAt().toEpochMilli())
                .bind("state", version.state().word())
                .execute();
    }

    /** The newest row: one read by primary key. */
    static Optional<Live> live(Handle database) {
        return database.createQuery(
                        "select version, hash, statement, since from policy_live order by version desc limit 1")
                .map(VersionStore::row)
                .findOne();
    }

    /** False when somebody else gave this number away first: the primary key decides, also between nodes. */
    static boolean insert(Handle database, Live live) {
        return database.createUpdate("""
                        insert into policy_live (version, hash, statement, since)
                        values (:version, :hash, :statement, :since) on conflict (version) do nothing""")
                        .bind("version", live.version())
                        .bind("hash", live.hash())
                        .bind("statement", live.statement())
                        .bind("since", live.since().toEpochMilli())
                        .execute()
                == 1;
    }

    /** Marks {@code hash} live, what was live superseded, and what was made to replace that refused. */
    static void turn(Handle database, String hash, String evaluation, String receipt) {
        database.createUpdate("""
                        update policy_version set state = case state when 'live' then 'superseded' else 'refused' end
                        where state in ('live', 'proposed') and hash <> :hash""").bind("hash", hash).execute();
        database.createUpdate("""
                        update policy_version set state = 'live', evaluation = :evaluation, receipt = :receipt
                        where hash = :hash""")
                .bind("hash", hash)
                .bind("evaluation", evaluation)
                .bind("receipt", receipt)
                .execute();
    }

    /** The set that the newest entry of the log about a live set names. */
    static Optional<String> lastInEvidence(Handle database) {
        return database.createQuery("""
                        select subject from evidence
                        where kind in ('policy.first', 'policy.published', 'policy.restored')
                        order by idx desc limit 1""").mapTo(String.class).findOne();
    }

    private static PolicyVersion version(ResultSet row, byte[] bundle) throws SQLException {
        return new PolicyVersion(
                row.getString("hash"),
                bundle,
                row.getString("signature"),
                row.getString("publisher"),
                row.getString("comment"),
                row.getString("previous"),
                row.getString("proposed_by"),
                Instant.ofEpochMilli(row.getLong("proposed_at")),
                State.of(row.getString("state")),
                row.getString("evaluation"),
                row.getString("receipt"));
    }

    private static Live row(ResultSet row, StatementContext context) throws SQLException {
        return new Live(
                row.getLong("version"),
                row.getString("hash"),
                row.getString("statement"),
                Instant.ofEpochMilli(row.getLong("since")));
    }
}
