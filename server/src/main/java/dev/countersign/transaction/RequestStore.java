package dev.countersign.transaction;

import dev.countersign.http.Json;
import dev.countersign.session.Person;
import dev.countersign.session.SessionId;
import dev.countersign.transaction.AccessRequest.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Access requests. */
final class RequestStore {
    /** Most rows of the inbox. */
    static final int MAX_LISTED = 500;

    private RequestStore() {}

    static Optional<AccessRequest> find(Handle database, String id) {
        return database.createQuery("select * from access_request where id = :id")
                .bind("id", id)
                .map(RequestStore::request)
                .findOne();
    }

    /** The one for these bytes that is open, was denied or was spent. */
    static Optional<AccessRequest> inForce(Handle database, String enforcementPoint, TransactionHash hash) {
        return database.createQuery("""
                        select * from access_request
                        where enforcement_point = :point and hash = :hash and state in ('open', 'denied', 'spent')""")
                .bind("point", enforcementPoint)
                .bind("hash", hash.hex())
                .map(RequestStore::request)
                .findOne();
    }

    /** The hash of other bytes that somebody was already asked to sign under this transaction id. */
    static Optional<TransactionHash> otherBytes(
            Handle database, String enforcementPoint, String transactionId, TransactionHash hash) {
        return database.createQuery("""
                        select hash from access_request
                        where enforcement_point = :point and transaction_id = :transaction and hash <> :hash
                            and state in ('open', 'denied', 'spent')
                        limit 1
                        """)
                .bind("point", enforcementPoint)
                .bind("transaction", transactionId)
                .bind("hash", hash.hex())
                .mapTo(String.class)
                .findOne()
                .map(TransactionHash::new);
    }

    /** True when the enforcement point named an approval of exactly these bytes. */
    static boolean isFor(Handle database, String approval, String enforcementPoint, TransactionHash hash) {
        return database.createQuery("""
                        select 1 from access_request
                        where approval = :approval and enforcement_point = :point and hash = :hash""")
                .bind("approval", approval)
                .bind("point", enforcementPoint)
                .bind("hash", hash.hex())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    static int open(Handle database, Person person, Instant now) {
        return database.createQuery("""
                        select count(*) from access_request
                        where person = :person and state = 'open' and expires_at > :now""")
                .bind("person", person.id())
                .bind("now", now.toEpochMilli())
                .mapTo(Integer.class)
                .one();
    }

    static List<AccessRequest> allOpen(Handle database, Instant now) {
        return database.createQuery("""
                        select * from access_request where state = 'open' and expires_at > :now
                        order by created_at desc limit :limit""")
                .bind("now", now.toEpochMilli())
                .bind("limit", MAX_LISTED)
                .map(RequestStore::request)
                .list();
    }

    static List<AccessRequest> of(Handle database, Person person, int limit) {
        return database.createQuery("""
                        select * from access_request where person = :person
                        order by created_at desc limit :limit""")
                .bind("person", person.id())
                .bind("limit", limit)
                .map(RequestStore::request)
                .list();
    }

    static void insert(Handle database, AccessRequest request) {
        database.createUpdate("""
                        insert into access_request (id, approval, enforcement_point, transaction_id, type, hash, canonical,
                            person, session, evaluation_id, policy, needs, signature, state, lines, escalates_at,
                            created_at, updated_at, expires_at)
                        values (:id, :approval, :point, :transaction, :type, :hash, :canonical,
                            :person, :session, :evaluation, :policy, :needs, :signature, 'open', :lines, :escalates,
                            :created, :created, :expires)""")
                .bind("id", request.id())
                .bind("approval", request.approval())
                .bind("point", request.enforcementPoint())
                .bind("transaction", request.transactionId())
                .bind("type", request.type())
                .bind("hash", request.hash().hex())
                .bind("canonical", request.canonical())
                .bind("person", request.person().id())
                .bind("session", request.session().value())
                .bind("evaluation", request.evaluationId())
                .bind("policy", request.policy())
                .bind("needs", Json.MAPPER.writeValueAsString(NeedsJson.write(request.needs())))
                .bind("signature", request.signature() ? 1 : 0)
                .bind("lines", request.lines())
                .bind(
                        "escalates",
                        request.escalatesAt() == null
                                ? null
                                : request.escalatesAt().toEpochMilli())
                .bind("created", request.createdAt().toEpochMilli())
                .bind("expires", request.expiresAt().toEpochMilli())
                .execute();
    }

    /** What changes whenever a request does. */
    static String stamp(Handle database) {
        return database.createQuery("select max(updated_at) as newest, count(*) as many from access_request")
                .map((row, context) -> row.getLong("newest") + "/" + row.getLong("many"))
                .one();
    }

    /** Something about it changed at {@code now}. */
    static void touch(Handle database, String id, Instant now) {
        database.createUpdate("update access_request set updated_at = :now where id = :id")
                .bind("now", now.toEpochMilli())
                .bind("id", id)
                .execute();
    }

    /** What policy asks for now. */
    static boolean renew(
            Handle database, AccessRequest request, String policy, List<ApprovalNeed> needs, boolean signature) {
        return database.createUpdate("""
                        update access_request set needs = :needs, signature = :signature, policy = :policy
                        where id = :id and state not in ('expired', 'cancelled', 'released')""")
                        .bind("needs", Json.MAPPER.writeValueAsString(NeedsJson.write(needs)))
                        .bind("signature", signature ? 1 : 0)
                        .bind("policy", policy)
                        .bind("id", request.id())
                        .execute()
                == 1;
    }

    /** Open ones whose time to wait is over. */
    static List<AccessRequest> overdue(Handle database, Instant now, int limit) {
        return some(database, "state = 'open' and expires_at <= :now", now, limit);
    }

    /** Open ones that others than at first may sign from now on, and who were not told yet. */
    static List<AccessRequest> escalating(Handle database, Instant now, int limit) {
        return some(
                database,
                "state = 'open' and escalates_at is not null and escalated_at is null and escalates_at <= :now"
                        + " and expires_at > :now",
                now,
                limit);
    }

    private static List<AccessRequest> some(Handle database, String which, Instant now, int limit) {
        return database.createQuery("select * from access_request where " + which + " order by created_at limit :limit")
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map(RequestStore::request)
                .list();
    }

    /** True for the first who notes it. */
    static boolean escalated(Handle database, String id, Instant now) {
        return database.createUpdate(
                                "update access_request set escalated_at = :now where id = :id and escalated_at is null")
                        .bind("now", now.toEpochMilli())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** False when it was not open any more. */
    static boolean end(Handle database, String id, RequestEnd end) {
        return database.createUpdate("""
                        update access_request set state = :state, ended_by = :by, reason = :reason, disowned = :disowned,
                            ended_at = :at
                        where id = :id and state = 'open'""")
                        .bind("state", end.state().name().toLowerCase(Locale.ROOT))
                        .bind("by", end.by() == null ? null : end.by().id())
                        .bind("reason", end.reason())
                        .bind("disowned", end.disowned() ? 1 : 0)
                        .bind("at", end.at().toEpochMilli())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** The spent one for these bytes stands in nobody's way any more: they may be asked for again. */
    static void release(Handle database, String enforcementPoint, TransactionHash hash) {
        database.createUpdate("""
                        update access_request set state = 'released'
                        where enforcement_point = :point and hash = :hash and state = 'spent'""")
                .bind("point", enforcementPoint)
                .bind("hash", hash.hex())
                .execute();
    }

    private static AccessRequest request(ResultSet row, StatementContext context) throws SQLException {
        return new AccessRequest(
                row.getString("id"),
                row.getString("approval"),
                row.getString("enforcement_point"),
                row.getString("transaction_id"),
                row.getString("type"),
                new TransactionHash(row.getString("hash")),
                row.getBytes("canonical"),
                new Person(row.getString("person")),
                new SessionId(row.getString("session")),
                row.getString("evaluation_id"),
                row.getString("policy"),
                NeedsJson.read(Json.MAPPER.readTree(row.getString("needs"))),
                row.getInt("signature") == 1,
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("ended_by"),
                row.getString("reason"),
                row.getBytes("lines"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("updated_at")),
                Instant.ofEpochMilli(row.getLong("expires_at")));
    }
}
