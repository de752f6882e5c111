package dev.countersign.transaction;

import dev.countersign.http.Json;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Requests that were submitted as one task (AuthZEN Bulk Access Requests profile). */
final class BulkStore {
    private BulkStore() {}

    static void insert(Handle database, String id, String enforcementPoint, List<BulkItem> items, Instant now) {
        database.createUpdate("""
                        insert into bulk_request (id, enforcement_point, created_at) values (:id, :point, :now)""")
                .bind("id", id)
                .bind("point", enforcementPoint)
                .bind("now", now.toEpochMilli())
                .execute();
        for (var i = 0; i < items.size(); i++) {
            database.createUpdate("""
                            insert into bulk_item (bulk, position, request, asked)
                            values (:bulk, :position, :request, :asked)""")
                    .bind("bulk", id)
                    .bind("position", i)
                    .bind("request", items.get(i).request().id())
                    .bind("asked", Json.MAPPER.writeValueAsString(items.get(i).asked()))
                    .execute();
        }
    }

    /** Its items in their order; none when there is no such task of this enforcement point. */
    static List<BulkItem> items(Handle database, String id, String enforcementPoint) {
        return database.createQuery("""
                        select request, asked from bulk_item join bulk_request on bulk_request.id = bulk_item.bulk
                        where bulk = :bulk and enforcement_point = :point order by position""")
                .bind("bulk", id)
                .bind("point", enforcementPoint)
                .map((row, context) -> new BulkItem(
                        RequestStore.find(database, row.getString("request")).orElseThrow(),
                        Json.MAPPER.readTree(row.getString("asked"))))
                .list();
    }
}
