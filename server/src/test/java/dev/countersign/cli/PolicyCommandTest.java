package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code policy check} as it is typed. */
final class PolicyCommandTest {
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

    private void write(String policies) throws IOException {
        Files.writeString(folder.resolve("a.cedar"), policies);
        Files.writeString(
                folder.resolve("a.cedarschema"),
                "entity User { name: String }; action act appliesTo { principal: User, resource: User };");
    }

    @Test
    void theDemoBanksPoliciesWouldGoLive() {
        assertThat(run("check", "../policies/bank", "--json")).isZero();
        var json = Json.MAPPER.readTree(out.toString());
        assertThat(json.get("ok").booleanValue()).isTrue();
        assertThat(json.get("hash").stringValue()).startsWith("sha256:");
        assertThat(json.get("policies").intValue())
                .isGreaterThan(json.get("requiring").intValue());
    }

    @Test
    void aGoodSetIsToldWithCountsAndHash() throws Exception {
        write("permit (principal, action, resource);\n@require(\"proof\") forbid (principal, action, resource);");
        assertThat(run("check", folder.toString())).isZero();
        assertThat(out.toString()).contains("2 policies, 1 with requirements").contains("sha256:");
    }

    @Test
    void aFaultIsToldWithItsPlaceItsLineAndAHint() throws Exception {
        write("// why\npermit (principal, action, resource)\nwhen { principal.nmae == \"x\" };\n");
        assertThat(run("check", folder.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("a.cedar:3:")
                .contains("when { principal.nmae")
                .contains("hint: ")
                .contains("1 fault");
    }

    @Test
    void aFaultIsToldAsJson() throws Exception {
        write("\n@typo permit (principal, action, resource);");
        assertThat(run("check", folder.toString(), "--json")).isEqualTo(1);
        var fault = Json.MAPPER.readTree(out.toString()).get("faults").get(0);
        assertThat(fault.get("file").stringValue()).isEqualTo("a.cedar");
        assertThat(fault.get("line").intValue()).isEqualTo(2);
        assertThat(fault.get("reason").stringValue()).contains("@typo is unknown");
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        assertThat(run("check", folder.resolve("gone").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("no such folder");
    }

    private void writeCase(String decision) throws IOException {
        Files.writeString(folder.resolve("case.json"), """
            {"policies":"p.cedar","schema":"p.cedarschema","entities":"p.entities.json","shouldValidate":true,"requests":[
             {"principal":{"type":"User","id":"a"},"action":{"type":"Action","id":"act"},"resource":{"type":"User","id":"a"},
              "context":{},"decision":"%s","reason":["policy0"],"errors":[]}]}""".formatted(decision));
        Files.writeString(folder.resolve("p.cedar"), "permit (principal, action, resource);");
        Files.writeString(
                folder.resolve("p.cedarschema"),
                "entity User; action act appliesTo { principal: User, resource: User };");
        Files.writeString(folder.resolve("p.entities.json"), "[]");
    }

    @Test
    void aCorpusThatAgreesEndsWithZero() throws Exception {
        writeCase("allow");
        assertThat(run("corpus", folder.toString(), "--json")).isZero();
        var report = Json.MAPPER.readTree(out.toString());
        assertThat(report.get("cases").intValue()).isEqualTo(1);
        assertThat(report.get("requests").intValue()).isEqualTo(1);
        assertThat(report.get("agree").intValue()).isEqualTo(1);
        assertThat(report.get("disagree")).isEmpty();
        assertThat(report.has("seconds")).isTrue();
    }

    @Test
    void aCorpusThatDiffersEndsWithOneAndTellsWhere() throws Exception {
        writeCase("deny");
        assertThat(run("corpus", folder.toString(), "--json")).isEqualTo(1);
        var difference = Json.MAPPER.readTree(out.toString()).at("/disagree/0");
        assertThat(difference.get("case").stringValue()).isEqualTo("case.json");
        assertThat(difference.get("request").intValue()).isZero();
        assertThat(difference.get("expected").stringValue()).startsWith("deny");
        assertThat(difference.get("got").stringValue()).startsWith("allow");
    }

    @Test
    void aPlaceWithoutACorpusIsAnError() {
        assertThat(run("corpus", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("No case in");
        assertThat(run("corpus", folder.resolve("gone").toString())).isEqualTo(2);
    }
}
