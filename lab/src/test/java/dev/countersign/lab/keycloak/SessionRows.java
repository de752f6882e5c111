package dev.countersign.lab.keycloak;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server stored of its sessions. */
final class SessionRows {
    private final String url;

    SessionRows(Path data) {
        this.url = "jdbc:sqlite:" + data.resolve("countersign.db");
    }

    /** All, newest first. */
    List<Row> all() throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select * from session order by started_at desc, id")) {
            var all = new ArrayList<Row>();
            while (rows.next()) {
                all.add(new Row(
                        rows.getString("id"),
                        rows.getString("principal"),
                        rows.getString("client"),
                        rows.getString("login_acr"),
                        rows.getString("login_amr"),
                        Instant.ofEpochMilli(rows.getLong("login_at")),
                        rows.getString("step_up_acr"),
                        rows.getString("group_names"),
                        rows.getString("state"),
                        rows.getString("state_reason")));
            }
            return all;
        }
    }

    Row newest() throws SQLException {
        return all().getFirst();
    }

    Row of(String id) throws SQLException {
        return all().stream().filter(row -> row.id().equals(id)).findFirst().orElseThrow();
    }

    record Row(
            String id,
            String principal,
            String client,
            String acr,
            String amr,
            Instant authenticatedAt,
            @Nullable String stepUp,
            String groups,
            String state,
            @Nullable String reason) {}
}
