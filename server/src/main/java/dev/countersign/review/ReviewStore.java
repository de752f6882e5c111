package dev.countersign.review;

import dev.countersign.session.Person;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Reviews. */
final class ReviewStore {
    private ReviewStore() {}

    static void insert(Handle database, String id, Use use, Instant now) {
        database.createUpdate("""
                        insert into review (id, policy, evaluation, receipt, person, principal, action, resource, reviewers,
                            opened_at, due_at)
                        values (:id, :policy, :evaluation, :receipt, :person, :principal, :action, :resource, :reviewers,
                            :now, :due)""")
                .bind("id", id)
                .bind("policy", use.policy())
                .bind("evaluation", use.evaluation())
                .bind("receipt", use.receipt())
                .bind("person", use.person().id())
                .bind("principal", use.principal())
                .bind("action", use.action())
                .bind("resource", use.resource())
                .bind("reviewers", use.review().reviewers().id())
                .bind("now", now.toEpochMilli())
                .bind("due", now.plus(use.review().within()).toEpochMilli())
                .execute();
    }

    /** Open ones first, the most urgent first; then closed ones, the newest first. */
    static List<OpenReview> newest(Handle database, int limit) {
        return database.createQuery("""
                        select * from review
                        order by case when closed_at is null then 0 else 1 end, due_at * case when closed_at is null then 1 else -1 end
                        limit :limit""")
                .bind("limit", limit)
                .map(ReviewStore::review)
                .list();
    }

    static Optional<OpenReview> find(Handle database, String id) {
        return database.createQuery("select * from review where id = :id")
                .bind("id", id)
                .map(ReviewStore::review)
                .findOne();
    }

    /** False when it was closed before. */
    static boolean close(Handle database, String id, Person by, boolean justified, String finding, Instant now) {
        return database.createUpdate("""
                        update review set closed_at = :now, closed_by = :by, justified = :justified, finding = :finding
                        where id = :id and closed_at is null""")
                        .bind("now", now.toEpochMilli())
                        .bind("by", by.id())
                        .bind("justified", justified ? 1 : 0)
                        .bind("finding", finding)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** How many of each person's are overdue. */
    static Map<String, Long> overdue(Handle database, Instant now) {
        var overdue = new HashMap<String, Long>();
        database.createQuery("select person from review where closed_at is null and due_at <= :now")
                .bind("now", now.toEpochMilli())
                .mapTo(String.class)
                .forEach(person -> overdue.merge(person, 1L, Long::sum));
        return overdue;
    }

    /** Overdue ones that raised no alarm yet. */
    static List<OpenReview> silent(Handle database, Instant now, int limit) {
        return database.createQuery("""
                        select * from review where closed_at is null and alarmed_at is null and due_at <= :now
                        order by due_at limit :limit""")
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map(ReviewStore::review)
                .list();
    }

    /** True for the first who raises it. */
    static boolean alarmed(Handle database, String id, Instant now) {
        return database.createUpdate(
                                "update review set alarmed_at = :now where id = :id and alarmed_at is null and closed_at is null")
                        .bind("now", now.toEpochMilli())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    private static OpenReview review(ResultSet row, StatementContext context) throws SQLException {
        var closedAt = row.getLong("closed_at");
        var closed = !row.wasNull();
        return new OpenReview(
                row.getString("id"),
                row.getString("policy"),
                row.getString("evaluation"),
                row.getString("receipt"),
                new Person(row.getString("person")),
                row.getString("principal"),
                row.getString("action"),
                row.getString("resource"),
                row.getString("reviewers"),
                Instant.ofEpochMilli(row.getLong("opened_at")),
                Instant.ofEpochMilli(row.getLong("due_at")),
                closed ? Instant.ofEpochMilli(closedAt) : null,
                row.getString("closed_by"),
                closed ? row.getInt("justified") == 1 : null,
                row.getString("finding"));
    }
}
