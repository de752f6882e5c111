package dev.countersign.door;

import static dev.countersign.door.DoorDeployment.AUDIENCE;
import static dev.countersign.door.DoorDeployment.JWT;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.countersign.DoorSettings;
import dev.countersign.DoorSettings.Forge;
import dev.countersign.DoorSettings.Job;
import dev.countersign.DoorSettings.Keys;
import dev.countersign.DoorSettings.Reuse;
import dev.countersign.DoorSettings.Terms;
import dev.countersign.store.Database.Engine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the pack for CI/CD, whose environment knows this forge. */
final class CiDoorTest {
    private static final String SUBJECT = "repo:example/shop:environment:production";
    private static final String WORKFLOW = "example/shop/.github/workflows/deploy.yml@refs/heads/main";
    private static final String SECRET = "Secret::shop/database";

    @TempDir
    Path folder;

    private final TestIssuer forge = new TestIssuer();
    private DoorDeployment deployment;

    @BeforeEach
    void open() throws IOException {
        var pack = Path.of("..", "policies", "ci-cd");
        try (var files = Files.list(pack)) {
            for (var file : files.toList()) {
                var text =
                        Files.readString(file).replace("https://token.actions.githubusercontent.com", forge.issuer());
                Files.writeString(folder.resolve(file.getFileName().toString()), text);
            }
        }
        var door = new DoorSettings.Ci(
                URI.create(forge.issuer()),
                Keys.DISCOVERED,
                new Terms(AUDIENCE, Set.of(), Duration.ofHours(1), Reuse.ONCE),
                Forge.GITHUB,
                List.of(
                        new Job(SUBJECT, "74018205", "15368", WORKFLOW, "production"),
                        new Job("repo:example/shop:ref:refs/heads/main", "74018205", "15368", null, null)));
        deployment = new DoorDeployment(
                Engine.SQLITE, new DoorSettings(List.of(), List.of(), null, List.of(), List.of(door)), folder);
    }

    @AfterEach
    void close() {
        deployment.close();
        forge.close();
    }

    /** As GitHub writes them: numbers as text. */
    private JWTClaimsSet.Builder claims() {
        var now = deployment.clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(forge.issuer())
                .audience(AUDIENCE)
                .subject(SUBJECT)
                .jwtID(TestIssuer.id())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now.minusSeconds(300)))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("repository", "example/shop")
                .claim("repository_id", "74018205")
                .claim("repository_owner", "example")
                .claim("repository_owner_id", "15368")
                .claim("job_workflow_ref", WORKFLOW)
                .claim("ref", "refs/heads/main")
                .claim("ref_protected", "true")
                .claim("event_name", "push")
                .claim("environment", "production");
    }

    private String token(JWTClaimsSet.Builder claims) {
        return forge.sign("JWT", claims.build());
    }

    @Test
    void aJobsClaimsReachPolicy() {
        var key = deployment.key();
        var answer = deployment.exchange(key, JWT, token(claims()));
        assertThat(answer.status()).as(answer.description()).isEqualTo(200);
        var decision = deployment.decide(key, answer.accessToken(), "Workload::" + SUBJECT, "readSecret", SECRET);
        assertThat(decision.path("decision").booleanValue())
                .as(decision.toString())
                .isTrue();
    }

    @Test
    void whatTheDoorLetsInPolicyStillRefusesByItsClaims() {
        var wrong = new LinkedHashMap<String, JWTClaimsSet.Builder>();
        wrong.put("protected-branches-only", claims().claim("ref", "refs/heads/feature"));
        wrong.put("protected-branches-only ", claims().claim("ref_protected", "false"));
        wrong.put("no-outsider-starts-delivery", claims().claim("event_name", "pull_request_target"));
        wrong.put("protected-branches-only  ", claims().claim("ref", null));
        wrong.forEach((policy, claims) -> {
            var key = deployment.key();
            var answer = deployment.exchange(key, JWT, token(claims));
            assertThat(answer.status()).as(answer.description()).isEqualTo(200);
            var decision = deployment.decide(key, answer.accessToken(), "Workload::" + SUBJECT, "readSecret", SECRET);
            assertThat(decision.path("decision").booleanValue()).as(policy).isFalse();
            assertThat(decision.path("context").path("reason").path("policies").toString())
                    .contains(policy.strip());
        });
    }

    @Test
    void aJobSpeaksForNoOther() {
        var key = deployment.key();
        var staging = "Workload::repo:example/shop:environment:staging";
        var token = deployment.exchange(key, JWT, token(claims())).accessToken();
        assertThat(deployment
                        .decide(key, token, staging, "readSecret", SECRET)
                        .path("context")
                        .path("reason")
                        .path("code")
                        .asString(""))
                .isEqualTo("subject_mismatch");
    }

    @Test
    void forksOtherBranchesAndOtherAudiencesOpenNothing() {
        var wrong = new LinkedHashMap<String, JWTClaimsSet.Builder>();
        wrong.put(
                "a fork",
                claims().subject("repo:thief/shop:environment:production").claim("repository_id", "99"));
        wrong.put(
                "a fork under our subject",
                claims().claim("repository_id", "99").claim("repository_owner_id", "7"));
        wrong.put("registered again", claims().claim("repository_id", "99"));
        wrong.put("another owner", claims().claim("repository_owner_id", "7"));
        wrong.put("another branch", claims().subject("repo:example/shop:ref:refs/heads/feature"));
        wrong.put("a pull request", claims().subject("repo:example/shop:pull_request"));
        wrong.put("a subject that begins like ours", claims().subject(SUBJECT + "-2"));
        wrong.put("a subject in other case", claims().subject("repo:Example/shop:environment:production"));
        wrong.put("another workflow", claims().claim("job_workflow_ref", WORKFLOW.replace("deploy", "test")));
        wrong.put("no workflow", claims().claim("job_workflow_ref", null));
        wrong.put("another environment", claims().claim("environment", "staging"));
        wrong.put("another audience", claims().audience("https://github.com/example"));
        wrong.put("no audience", claims().audience((String) null));
        wrong.put("several audiences", claims().audience(List.of(AUDIENCE, "sts.amazonaws.com")));
        wrong.put("another issuer", claims().issuer("https://token.actions.githubusercontent.com"));
        wrong.put("no number", claims().claim("repository_id", null));
        wrong.put("a number that is none", claims().claim("repository_id", "74018205 "));
        wrong.put("a number as list", claims().claim("repository_id", List.of("74018205")));
        wrong.put(
                "expired",
                claims().expirationTime(Date.from(deployment.clock.instant().minusSeconds(60))));
        wrong.forEach((name, claims) -> {
            var answer = deployment.exchange(deployment.key(), JWT, token(claims));
            assertThat(answer.error()).as(name).isEqualTo("invalid_grant");
        });
        assertThat(deployment
                        .exchange(deployment.key(), JWT, forge.sign("at+jwt", claims().build()))
                        .error())
                .isEqualTo("invalid_grant");
        var stranger = TestIssuer.newKey();
        forge.key = stranger;
        assertThat(deployment.exchange(deployment.key(), JWT, token(claims())).status())
                .isEqualTo(200);
        forge.rotate();
        assertThat(deployment.exchange(deployment.key(), JWT, token(claims())).description())
                .contains("no key");
    }

    @Test
    void aTokenOpensOneSessionAndNumbersMayBeNumbers() {
        var token = token(claims().claim("repository_id", 74018205));
        assertThat(deployment.exchange(deployment.key(), JWT, token).status()).isEqualTo(200);
        assertThat(deployment.exchange(deployment.key(), JWT, token).description())
                .contains("used before");
        assertThat(deployment.evidenceOf("token.refused")).singleElement().satisfies(entry -> {
            assertThat(entry.members().get("reason")).isEqualTo("The token was used before");
            assertThat(entry.members().get("seen")).isEqualTo(1L);
        });
    }

    @Test
    void aFloodOfRefusedTokensIsCountedAndNotWritten() {
        var key = deployment.key();
        for (var i = 0; i < 40; i++) {
            deployment.exchange(key, JWT, "a.b.c");
        }
        assertThat(deployment.evidenceOf("token.refused")).hasSize(30);
        deployment.pass(Duration.ofMinutes(1));
        deployment.exchange(key, JWT, "a.b.c");
        assertThat(deployment.evidenceOf("token.refused").getLast().members().get("seen"))
                .isEqualTo(11L);
    }
}
