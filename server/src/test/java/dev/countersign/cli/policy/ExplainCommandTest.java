package dev.countersign.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.http.Json;
import dev.countersign.policy.RequestJson;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code policy explain} as it is typed. */
final class ExplainCommandTest {
    private static final String REQUEST = """
            {"principal": "User::\\"alice\\"", "action": "read", "resource": "Account::\\"a1\\"", "context": {"n": 7},
             "entities": [{"uid": {"type": "User", "id": "alice"}, "attrs": {"name": "alice"}, "parents": []},
                          {"uid": {"type": "Account", "id": "a1"}, "attrs": {"owner": "alice"}, "parents": []}]}
            """;

    @TempDir
    Path temporary;

    private PolicyFolder folder;

    @BeforeEach
    void create() {
        folder = new PolicyFolder(temporary);
    }

    @Test
    void aRefusalIsToldInWords() {
        var request = folder.write("request.json", REQUEST);
        assertThat(folder.run("explain", request, "--policies", folder.path)).isZero();
        assertThat(folder.out()).isEqualTo("""
                DENY: no policy permits this
                  User::"alice" asked for Action::"read" on Account::"a1"

                owner-reads (permit) does not apply: a condition fails  (bank.cedar:1)
                  when at line 3 fails:
                    true   resource has owner   [3:8]
                            resource.owner = "alice"
                    true   resource.owner == principal.name   [3:30]
                            resource.owner = "alice"
                            principal.name = "alice"
                    FALSE  context.n < 5   [3:66]
                            context.n = 7

                bound applies: forbid until met  (bank.cedar:5)
                  "Bind the session first"
                  requires a session bound to a key: open

                Any one of these changes would have been enough:
                  context.n = 4 instead of 7; then still open: a session bound to a key
                """);
        folder.run("explain", request, "--policies", folder.path, "--satisfied", "proof");
        assertThat(folder.out())
                .contains("requires a session bound to a key: met")
                .endsWith("  context.n = 4 instead of 7\n");
    }

    @Test
    void itIsToldAsJson() {
        var request = folder.write("request.json", REQUEST);
        assertThat(folder.run("explain", request, "--policies", folder.path, "--json"))
                .isZero();
        var json = Json.MAPPER.readTree(folder.out());
        assertThat(json.get("reason").stringValue()).isEqualTo("no_permit");
        assertThat(json.get("policies").size()).isEqualTo(2);
    }

    @Test
    void policiesAboutSomethingElseAreToldOnDemand() {
        var request = folder.write("request.json", REQUEST.replace("\"read\"", "\"write\""));
        folder.run("explain", request, "--policies", folder.path);
        assertThat(folder.out()).contains("No policy is about this principal, action and resource.");
        folder.run("explain", request, "--policies", folder.path, "--all");
        assertThat(folder.out())
                .contains("owner-reads (permit) is about something else")
                .contains("differs  action == Action::\"read\"   [2:28]\n    action = Action::\"write\"");
    }

    @Test
    void whatCannotBeReadIsToldWithItsPlace() {
        var request = folder.write("request.json", REQUEST.replace("{\"n\": 7}", "{\"n\": 7.5}"));
        assertThat(folder.run("explain", request, "--policies", folder.path)).isEqualTo(2);
        assertThat(folder.err()).contains("request.json: /context/n: no Cedar value");
        assertThat(folder.run("explain", folder.path.resolve("gone.json"), "--policies", folder.path))
                .isEqualTo(2);
        assertThat(folder.err()).contains("gone.json: cannot be read");
        folder.write("request.json", " ".repeat(RequestJson.MAX_LENGTH + 1));
        assertThat(folder.run("explain", request, "--policies", folder.path)).isEqualTo(2);
        assertThat(folder.err()).contains("larger than");
        folder.write("request.json", REQUEST);
        assertThat(folder.run("explain", request, "--policies", folder.path, "--satisfied", "luck"))
                .isEqualTo(2);
        assertThat(folder.err()).contains("no such requirement: luck");
        folder.write("bank.cedar", "permit");
        assertThat(folder.run("explain", request, "--policies", folder.path)).isEqualTo(1);
        assertThat(folder.err()).contains("refused: 1 fault");
    }
}
