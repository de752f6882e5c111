package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.recorded.DecisionRecord.Answered;
import dev.countersign.recorded.DecisionRecord.Outcome;
import dev.countersign.recorded.RecordJson;
import dev.countersign.recorded.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code policy simulate} and {@code policy records} as they are typed, over a file of records. */
final class SimulateCommandTest {
    private static final int DECISIONS = 1_000;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new PolicyCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private String candidate() {
        return folder.resolve("candidate").toString();
    }

    private String records() {
        return folder.resolve("records.ndjson").toString();
    }

    /** One decision a second from {@link Samples#AT} on; every tenth is of 900.00, the others of 50.00. */
    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("candidate"));
        Files.writeString(folder.resolve("candidate/a.cedar"), """
                @id("owner") permit (principal, action, resource) when { resource.owner == principal.name };
                @id("up") @require("step-up") @max_age("1m")
                forbid (principal, action, resource) when { context.amount.greaterThan(decimal("500.00")) };
                """);
        Files.writeString(folder.resolve("candidate/a.cedarschema"), """
                entity Group; entity User in [Group] = { name: String, person: String }; entity Account = { owner: String };
                action transfer appliesTo { principal: User, resource: Account, context: { amount: decimal,
                    now: datetime, network: { ip: ipaddr }, session: { acr: String, amr: Set<String>, auth_age: Long,
                    binding: String } } };
                """);
        var permitted = new Answered(Outcome.PERMIT, List.of("owner"), List.of());
        var lines = new ByteArrayOutputStream();
        for (var i = 0; i < DECISIONS; i++) {
            var context = Samples.context("dpop", i % 10 == 0 ? "900.00" : "50.00");
            lines.write(RecordJson.write(Samples.of("ev_" + i, Samples.AT.plusSeconds(i), context, permitted)));
            lines.write('\n');
        }
        Files.write(folder.resolve("records.ndjson"), lines.toByteArray());
    }

    @Test
    void newPromptsAreCountedByPolicyAndPrincipal() {
        assertThat(run("simulate", "--since", "2026-01-01T00:00:00Z", "--records", records(), "--json", candidate()))
                .as(err.toString())
                .isZero();
        var json = Json.MAPPER.readTree(out.toString());
        assertThat(json.get("evaluated").intValue()).isEqualTo(DECISIONS);
        assertThat(json.get("changed").intValue()).isEqualTo(DECISIONS / 10);
        assertThat(json.at("/differences/new_prompt/count").intValue()).isEqualTo(DECISIONS / 10);
        assertThat(json.at("/differences/new_prompt/per_1000").doubleValue()).isEqualTo(100.0);
        assertThat(json.at("/differences/new_prompt/policies/0/policy").stringValue())
                .isEqualTo("up");
        assertThat(json.at("/differences/new_prompt/examples/0").stringValue()).isEqualTo("ev_990");
        assertThat(json.at("/differences/new_denial/count").intValue()).isZero();
        assertThat(json.at("/principals/count").intValue()).isEqualTo(1);
        assertThat(json.at("/principals/most/0/principal").stringValue()).isEqualTo("User::\"alice\"");
        assertThat(json.at("/principals/most/0/decisions").intValue()).isEqualTo(DECISIONS / 10);
    }

    @Test
    void onlyWhatIsRecentEnoughIsReplayed() {
        var since = Samples.AT.plus(Duration.ofSeconds(DECISIONS - 100));
        assertThat(run("simulate", "--since", since.toString(), "--records", records(), candidate()))
                .isZero();
        assertThat(out.toString()).contains("replayed 100 of 100 decisions", "10 would have been otherwise");
    }

    @Test
    void aLineThatIsNoRecordIsToldWithItsPlace() throws Exception {
        var lines = Files.readAllLines(folder.resolve("records.ndjson"));
        lines.set(41, "{\"evaluation_id\": \"ev_x\"}");
        Files.write(folder.resolve("records.ndjson"), lines);
        assertThat(run("simulate", "--since", "9999d", "--records", records(), candidate()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("records.ndjson:42: ");
    }

    @Test
    void aLineWithoutEndIsRefused() throws Exception {
        Files.writeString(folder.resolve("records.ndjson"), "x".repeat(RecordJson.MAX_BYTES + 1));
        assertThat(run("simulate", "--since", "7d", "--records", records(), candidate()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("records.ndjson:1: larger than " + RecordJson.MAX_BYTES + " bytes");
        Files.writeString(folder.resolve("records.ndjson"), "\n\n" + "x".repeat(3 * RecordJson.MAX_BYTES));
        assertThat(run("simulate", "--since", "7d", "--records", records(), candidate()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("records.ndjson:3: longer than " + RecordJson.MAX_BYTES + " bytes");
    }

    @Test
    void aCandidateThatIsRefusedIsToldAsCheckTellsIt() throws Exception {
        Files.writeString(folder.resolve("candidate/a.cedar"), "permit (principal, action, resource)");
        assertThat(run("simulate", "--since", "7d", "--records", records(), candidate()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("a.cedar:1:", "refused: 1 fault");
    }

    @Test
    void whatIsNotThereOrNotUnderstoodIsTold() {
        assertThat(run(
                        "simulate",
                        "--since",
                        "7d",
                        "--records",
                        folder.resolve("gone").toString(),
                        candidate()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("cannot be read");
        assertThat(run(
                        "simulate",
                        "--since",
                        "7d",
                        "--database",
                        folder.resolve("gone.db").toString(),
                        candidate()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("There is no database");
        assertThat(run("simulate", "--since", "soon", "--records", records(), candidate()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("expected 7d, 12h, 30m");
        assertThat(run("simulate", "--since", "7d", candidate())).isEqualTo(2);
    }

    @Test
    void recordsAreWrittenAsTheyAre() throws Exception {
        assertThat(run("records", "--since", "2026-01-01T00:00:00Z", "--records", records()))
                .isZero();
        assertThat(out.toString()).isEqualTo(Files.readString(folder.resolve("records.ndjson")));
        out.getBuffer().setLength(0);
        var late = Samples.AT.plusSeconds(DECISIONS - 3).toString();
        assertThat(run("records", "--since", late, "--records", records())).isZero();
        assertThat(out.toString().lines()).hasSize(3);
    }
}
