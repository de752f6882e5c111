package dev.countersign.door;

import static dev.countersign.door.DoorDeployment.AUDIENCE;
import static dev.countersign.door.DoorDeployment.JWT;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.countersign.DoorSettings;
import dev.countersign.DoorSettings.Keys;
import dev.countersign.DoorSettings.Reuse;
import dev.countersign.DoorSettings.ServiceAccount;
import dev.countersign.DoorSettings.Terms;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
final class KubernetesDoorTest {
    private static final String UID = "0a9d1f6e-6f40-4f2c-9b35-0d5a8f0e6c11";

    @TempDir
    Path folder;

    private final Engine engine;
    private final TestIssuer cluster = new TestIssuer();
    private @Nullable DoorDeployment opened;

    KubernetesDoorTest(Engine engine) {
        this.engine = engine;
    }

    private DoorDeployment byKeys() {
        return open(new Keys(cluster.uri("/jwks"), null, null, null), null);
    }

    private DoorDeployment byReview() throws IOException {
        var credential = folder.resolve("token");
        Files.writeString(credential, "our own token\n");
        return open(new Keys(null, null, null, credential), URI.create(cluster.issuer()));
    }

    private DoorDeployment open(Keys keys, @Nullable URI review) {
        var door = new DoorSettings.Kubernetes(
                "prod",
                URI.create(cluster.issuer()),
                keys,
                review,
                new Terms(AUDIENCE, Set.of(), Duration.ofHours(1), Reuse.SAME_KEY),
                List.of(new ServiceAccount("shop", "api", UID), new ServiceAccount("shop", "worker", null)));
        var deployment =
                new DoorDeployment(engine, new DoorSettings(List.of(), List.of(), null, List.of(door), List.of()));
        opened = deployment;
        return deployment;
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
        cluster.close();
    }

    private JWTClaimsSet.Builder claims(DoorDeployment deployment, String namespace, String account, String uid) {
        var now = deployment.clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(cluster.issuer())
                .audience(List.of(AUDIENCE))
                .subject("system:serviceaccount:" + namespace + ":" + account)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3607)))
                .claim(
                        "kubernetes.io",
                        Map.of(
                                "namespace", namespace,
                                "serviceaccount", Map.of("name", account, "uid", uid),
                                "pod", Map.of("name", "api-7d9c", "uid", "7b1e"),
                                "node", Map.of("name", "n1", "uid", "2c3d")));
    }

    private JWTClaimsSet.Builder claims(DoorDeployment deployment) {
        return claims(deployment, "shop", "api", UID);
    }

    private static void refused(DoorDeployment deployment, String name, String token, String why) {
        var answer = deployment.exchange(deployment.key(), JWT, token);
        assertThat(answer.error()).as(name).isEqualTo("invalid_grant");
        assertThat(answer.description()).as(name).contains(why);
    }

    @Test
    void aServiceAccountOpensSessionsWithTheKeyOfTheFirstTimeAlone() {
        var deployment = byKeys();
        var key = deployment.key();
        var token = cluster.sign(null, claims(deployment).build());
        var first = deployment.exchange(key, JWT, token);
        assertThat(first.status()).as(first.description()).isEqualTo(200);
        assertThat(deployment.introspect(first.accessToken()).path("sub").stringValue())
                .isEqualTo("k8s://prod/ns/shop/sa/api");
        assertThat(deployment.exchange(key, JWT, token).status()).isEqualTo(200);
        for (var i = 0; i < 2; i++) {
            refused(deployment, "a thief", token, "");
        }
        assertThat(deployment.exchange(key, JWT, token).status()).isEqualTo(200);
        var rotated = cluster.sign(null, claims(deployment).jwtID("next").build());
        assertThat(deployment.exchange(deployment.key(), JWT, rotated).status()).isEqualTo(200);
    }

    @Test
    void aSessionLivesNoLongerThanAnHour() {
        var deployment = byKeys();
        var year = claims(deployment)
                .expirationTime(Date.from(deployment.clock.instant().plusSeconds(31_536_000)));
        var key = deployment.key();
        var token = cluster.sign(null, year.build());
        assertThat(deployment
                        .exchange(key, JWT, token)
                        .json()
                        .path("expires_in")
                        .asLong(0))
                .isEqualTo(300);
        deployment.pass(Duration.ofMinutes(61));
        assertThat(deployment.exchange(key, JWT, token).status()).isEqualTo(200);
    }

    @Test
    void everythingElseOpensNothing() {
        var deployment = byKeys();
        var wrong = new LinkedHashMap<String, JWTClaimsSet.Builder>();
        wrong.put("another audience", claims(deployment).audience("https://kubernetes.default.svc"));
        wrong.put(
                "several audiences", claims(deployment).audience(List.of(AUDIENCE, "https://kubernetes.default.svc")));
        wrong.put("another issuer", claims(deployment).issuer("https://other.example"));
        wrong.put("another namespace", claims(deployment, "other", "api", UID));
        wrong.put("another account", claims(deployment, "shop", "admin", UID));
        wrong.put("registered again", claims(deployment, "shop", "api", "11111111-6f40-4f2c-9b35-0d5a8f0e6c11"));
        wrong.put("subject differs", claims(deployment).subject("system:serviceaccount:shop:worker"));
        wrong.put("no bound token", claims(deployment).claim("kubernetes.io", null));
        wrong.put("namespace is a path", claims(deployment, "shop/../shop", "api", UID));
        wrong.put(
                "account is an object",
                claims(deployment).claim("kubernetes.io", Map.of("namespace", "shop", "serviceaccount", "api")));
        wrong.put("no expiry", claims(deployment).expirationTime(null));
        wrong.put(
                "expired",
                claims(deployment)
                        .expirationTime(Date.from(deployment.clock.instant().minusSeconds(60))));
        wrong.put(
                "not yet",
                claims(deployment)
                        .notBeforeTime(Date.from(deployment.clock.instant().plusSeconds(61))));
        wrong.forEach((name, claims) -> refused(deployment, name, cluster.sign(null, claims.build()), ""));
        refused(deployment, "type", cluster.sign("at+jwt", claims(deployment).build()), "another type");
        cluster.rotate();
        assertThat(deployment
                        .exchange(
                                deployment.key(),
                                JWT,
                                cluster.sign(null, claims(deployment).build()))
                        .status())
                .isEqualTo(200);
        cluster.rotate();
        refused(deployment, "unknown key", cluster.sign(null, claims(deployment).build()), "no key");
        assertThat(deployment
                        .exchange(
                                deployment.key(),
                                JWT,
                                cluster.sign(
                                        null,
                                        claims(deployment, "shop", "worker", UID)
                                                .build()))
                        .error())
                .isEqualTo("invalid_grant");
    }

    private static String reviewed(boolean authenticated, String audience, String username, String uid) {
        return "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"status\":{\"authenticated\":"
                + authenticated
                + ",\"audiences\":[\"" + audience + "\"],\"user\":{\"username\":\"" + username + "\",\"uid\":\"" + uid
                + "\"}}}";
    }

    @Test
    void theApiServerIsAskedWithOurCredential() throws IOException {
        var deployment = byReview();
        var user = "system:serviceaccount:shop:api";
        var token = cluster.sign(null, claims(deployment).build());
        cluster.review = body -> {
            var asked = Json.MAPPER.readTree(body);
            assertThat(asked.path("kind").asString("")).isEqualTo("TokenReview");
            var good = asked.path("spec").path("token").asString("").equals(token)
                    && asked.path("spec").path("audiences").path(0).asString("").equals(AUDIENCE);
            return reviewed(good, AUDIENCE, user, UID);
        };
        var answer = deployment.exchange(deployment.key(), JWT, token);
        assertThat(answer.status()).as(answer.description()).isEqualTo(200);
        assertThat(cluster.credential.get()).isEqualTo("Bearer our own token");
        var wrong = Map.of(
                "not authenticated", reviewed(false, AUDIENCE, user, UID),
                "another audience", reviewed(true, "https://kubernetes.default.svc", user, UID),
                "another account", reviewed(true, AUDIENCE, "system:serviceaccount:shop:worker", UID),
                "another uid", reviewed(true, AUDIENCE, user, "x"),
                "no audiences",
                        "{\"status\":{\"authenticated\":true,\"user\":{\"username\":\"" + user + "\",\"uid\":\"" + UID
                                + "\"}}}",
                "nothing", "{}");
        wrong.forEach((name, said) -> {
            cluster.review = body -> said;
            refused(
                    deployment,
                    name,
                    cluster.sign(null, claims(deployment).jwtID(name).build()),
                    "the cluster");
        });
    }

    @Test
    void anApiServerThatIsAwayOrSpeaksNonsenseIsToldAsSuch() throws IOException {
        var deployment = byReview();
        cluster.review = body -> "<html>";
        assertThat(deployment
                        .exchange(
                                deployment.key(),
                                JWT,
                                cluster.sign(null, claims(deployment).build()))
                        .error())
                .isEqualTo("temporarily_unavailable");
        cluster.away = true;
        assertThat(deployment
                        .exchange(
                                deployment.key(),
                                JWT,
                                cluster.sign(null, claims(deployment).build()))
                        .status())
                .isEqualTo(503);
        Files.delete(folder.resolve("token"));
        assertThat(deployment
                        .exchange(
                                deployment.key(),
                                JWT,
                                cluster.sign(null, claims(deployment).build()))
                        .status())
                .isEqualTo(503);
    }
}
