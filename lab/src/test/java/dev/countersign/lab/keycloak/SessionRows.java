package dev.countersign.lab.keycloak;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server stored of its sessions. */
final class SessionRows {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

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
                        rows.getString("state_reason"),
                        rows.getString("provider_session")));
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

    /** The session as soon as it is in {@code state}. */
    Row await(String id, String state) throws SQLException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!of(id).state().equals(state)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not " + state + ": " + of(id));
            }
            Thread.sleep(100);
        }
        return of(id);
    }

    /** Returns when our stream at {@code transmitter} is verified. */
    void awaitStream(String transmitter) throws SQLException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isVerified(transmitter)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("The stream at " + transmitter + " is not verified");
            }
            Thread.sleep(100);
        }
    }

    private boolean isVerified(String transmitter) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.prepareStatement(
                        "select 1 from signal_subscription where transmitter = ? and verified_at > 0 and verified_at >= asked_at")) {
            statement.setString(1, transmitter);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
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
            @Nullable String reason,
            @Nullable String providerSession) {}
}
