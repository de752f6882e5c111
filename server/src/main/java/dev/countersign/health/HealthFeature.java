package dev.countersign.health;

import dev.countersign.http.Answers;
import dev.countersign.recorded.DecisionRecords;
import dev.countersign.store.Database;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;

/** Liveness and readiness for whoever runs the server. */
public final class HealthFeature {
    private final Database database;
    private final DecisionRecords records;

    public HealthFeature(Database database, DecisionRecords records) {
        this.database = database;
        this.records = records;
    }

    public void routes(HttpRouting.Builder routing) {
        routing.get("/health/live", (request, response) -> Answers.json(response, 200, Map.of("status", "live")))
                .get("/health/ready", this::ready);
    }

    /** Ready when the database answers; 503 otherwise. Dropped records harm no decision: they are told, not acted upon. */
    private void ready(ServerRequest request, ServerResponse response) {
        database.read(handle -> handle.createQuery("select next_index from evidence_head where id = 1")
                .mapTo(Long.class)
                .one());
        Answers.json(response, 200, Map.of("status", "ready", "decision_records", records.counts()));
    }
}
