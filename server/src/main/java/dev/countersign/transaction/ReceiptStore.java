package dev.countersign.transaction;

import dev.countersign.session.Person;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Permitted transactions. */
final class ReceiptStore {
    private ReceiptStore() {}

    static Optional<StoredReceipt> find(Handle database, String enforcementPoint, String transactionId) {
        return database.createQuery("select * from receipt where enforcement_point = :point and transaction_id = :id")
                .bind("point", enforcementPoint)
                .bind("id", transactionId)
                .map(ReceiptStore::receipt)
                .findOne();
    }

    static Optional<StoredReceipt> byId(Handle database, String id) {
        return database.createQuery("select * from receipt where id = :id")
                .bind("id", id)
                .map(ReceiptStore::receipt)
                .findOne();
    }

    /** The newest under this transaction id that gave it back, see {@link #release}. */
    static Optional<StoredReceipt> released(Handle database, String enforcementPoint, String transactionId) {
        return database.createQuery("""
                        select * from receipt where enforcement_point = :point and released_id = :id
                        order by issued_at desc, id desc limit 1""")
                .bind("point", enforcementPoint)
                .bind("id", transactionId)
                .map(ReceiptStore::receipt)
                .findOne();
    }

    /** The longest unresolved first. */
    static List<StoredReceipt> unresolved(Handle database, int limit) {
        return database.createQuery(
                        "select * from receipt where outcome = 'unknown' order by outcome_at, id limit :limit")
                .bind("limit", limit)
                .map(ReceiptStore::receipt)
                .list();
    }

    /** The newest with this transaction or receipt id that {@code person} asked for or signed. */
    static Optional<StoredReceipt> visible(Handle database, String id, Person person) {
        return database.createQuery("""
                        select * from receipt where (id = :id or transaction_id = :id or released_id = :id)
                            and (person = :person
                                or exists (select 1 from approval where receipt = receipt.id and person = :person))
                        order by issued_at desc limit 1""")
                .bind("id", id)
                .bind("person", person.id())
                .map(ReceiptStore::receipt)
                .findOne();
    }

    /**
     * False when the transaction was permitted before: the unique key decides, also between nodes.
     *
     * @param human the one name of whoever asked
     * @param unapproved when nobody else signed
     */
    static boolean insert(
            Handle database, StoredReceipt receipt, Person human, boolean unapproved, @Nullable Moved moved) {
        return database.createUpdate("""
                        insert into receipt (id, enforcement_point, transaction_id, type, hash, canonical, lines, requester,
                            person, evaluation_id, policy, issued_at, expires_at, human, unapproved, amount, currency)
                        values (:id, :point, :transaction, :type, :hash, :canonical, :lines, :requester,
                            :person, :evaluation, :policy, :issued, :expires, :human, :unapproved, :amount, :currency)
                        on conflict (enforcement_point, transaction_id) do nothing""")
                        .bind("id", receipt.id())
                        .bind("point", receipt.enforcementPoint())
                        .bind("transaction", receipt.transactionId())
                        .bind("type", receipt.type())
                        .bind("hash", receipt.hash().hex())
                        .bind("canonical", receipt.canonical())
                        .bind("lines", receipt.lines())
                        .bind("requester", receipt.requester())
                        .bind("person", receipt.person().id())
                        .bind("evaluation", receipt.evaluationId())
                        .bind("policy", receipt.policy())
                        .bind("issued", receipt.issuedAt().toEpochMilli())
                        .bind("expires", receipt.expiresAt().toEpochMilli())
                        .bind("human", human.id())
                        .bind("unapproved", unapproved ? 1 : 0)
                        .bind("amount", moved == null ? null : moved.tenThousandths())
                        .bind("currency", moved == null ? null : moved.currency())
                        .execute()
                == 1;
    }

    static void index(Handle database, String id, long evidenceIndex) {
        database.createUpdate("update receipt set evidence_index = :index where id = :id")
                .bind("index", evidenceIndex)
                .bind("id", id)
                .execute();
    }

    /** Where the newest report of its outcome stands in the evidence log. */
    static void outcomeIndex(Handle database, String id, long evidenceIndex) {
        database.createUpdate("update receipt set outcome_index = :index where id = :id")
                .bind("index", evidenceIndex)
                .bind("id", id)
                .execute();
    }

    /** Sets the outcome when {@code before} stands, or, except for a reversal, when none does. */
    static boolean report(Handle database, String id, @Nullable String before, String outcome, Instant now) {
        return database.createUpdate("""
                        update receipt set outcome = :outcome, outcome_at = :now
                        where id = :id and (outcome = :before or (outcome is null and :outcome <> 'reversed'))""")
                        .bind("outcome", outcome)
                        .bind("before", before)
                        .bind("now", now.toEpochMilli())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** A person's word on what is unknown. */
    static boolean resolve(Handle database, String id, String outcome, Instant now) {
        return database.createUpdate(
                                "update receipt set outcome = :outcome, outcome_at = :now where id = :id and outcome = 'unknown'")
                        .bind("outcome", outcome)
                        .bind("now", now.toEpochMilli())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /**
     * Gives the transaction's id back, so that it can be permitted again: the id of the receipt stands in its place. An
     * enforcement point that names a transaction so finds it taken. False when the outcome is not unknown.
     */
    static boolean release(Handle database, String id, Instant now) {
        return database.createUpdate("""
                        update receipt set outcome = 'not_executed', outcome_at = :now,
                            released_id = transaction_id, transaction_id = id
                        where id = :id and outcome = 'unknown'""")
                        .bind("now", now.toEpochMilli())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** It was executed after all: the transaction's id is taken again. The unique key lets no newer permit be overtaken. */
    static boolean reclaim(Handle database, String id, Instant now) {
        return database.createUpdate("""
                        update receipt set outcome = 'executed', outcome_at = :now,
                            transaction_id = released_id, released_id = null
                        where id = :id and released_id is not null""")
                        .bind("now", now.toEpochMilli())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    private static String transactionId(ResultSet row) throws SQLException {
        var released = row.getString("released_id");
        return released == null ? row.getString("transaction_id") : released;
    }

    private static long outcomeIndex(ResultSet row) throws SQLException {
        var index = row.getLong("outcome_index");
        return row.wasNull() ? -1 : index;
    }

    private static StoredReceipt receipt(ResultSet row, StatementContext context) throws SQLException {
        return new StoredReceipt(
                row.getString("id"),
                row.getString("enforcement_point"),
                transactionId(row),
                row.getString("type"),
                new TransactionHash(row.getString("hash")),
                row.getBytes("canonical"),
                row.getBytes("lines"),
                row.getString("requester"),
                new Person(row.getString("person")),
                row.getString("evaluation_id"),
                row.getString("policy"),
                row.getLong("evidence_index"),
                Instant.ofEpochMilli(row.getLong("issued_at")),
                Instant.ofEpochMilli(row.getLong("expires_at")),
                row.getString("outcome"),
                outcomeIndex(row));
    }
}
