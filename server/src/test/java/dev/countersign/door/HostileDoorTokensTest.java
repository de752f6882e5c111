package dev.countersign.door;

import static dev.countersign.door.DoorDeployment.ACCESS_TOKEN;
import static dev.countersign.door.DoorDeployment.AUDIENCE;
import static dev.countersign.door.DoorDeployment.JWT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.DoorSettings;
import dev.countersign.DoorSettings.Keys;
import dev.countersign.DoorSettings.Reuse;
import dev.countersign.DoorSettings.Terms;
import dev.countersign.DoorSettings.TrustDomain;
import dev.countersign.http.Json;
import dev.countersign.jose.HostileTokens;
import dev.countersign.jose.HostileTokens.Accepted;
import dev.countersign.store.Database.Engine;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Access tokens of providers and JWT-SVIDs against the table of hostile tokens, through the token endpoint. */
final class HostileDoorTokensTest {
    private final TestIssuer issuer = new TestIssuer();
    private final DoorDeployment deployment = new DoorDeployment(
            Engine.SQLITE,
            new DoorSettings(
                    List.of(new DoorSettings.AccessTokens(
                            URI.create(issuer.issuer()),
                            Keys.DISCOVERED,
                            terms(),
                            Set.of(),
                            "sub",
                            "groups",
                            Set.of())),
                    List.of(new TrustDomain("example.org", null, issuer.uri("/bundle"), null)),
                    new DoorSettings.JwtSvids(terms()),
                    List.of(),
                    List.of()));

    private static Terms terms() {
        return new Terms(AUDIENCE, Set.of(), Duration.ofMinutes(10), Reuse.UNTIL_EXPIRY);
    }

    @AfterEach
    void close() {
        deployment.close();
        issuer.close();
    }

    private ObjectNode header(String type) {
        return Json.MAPPER
                .createObjectNode()
                .put("typ", type)
                .put("alg", "ES256")
                .put("kid", issuer.key.getKeyID());
    }

    private ObjectNode claims(String subject) {
        var now = deployment.clock.instant().getEpochSecond();
        return Json.MAPPER
                .createObjectNode()
                .put("aud", AUDIENCE)
                .put("sub", subject)
                .put("iat", now)
                .put("exp", now + 300);
    }

    private void refusesAll(String type, Accepted accepted) {
        var key = deployment.key();
        var softly = new SoftAssertions();
        for (var hostile : HostileTokens.ofARequest(accepted)) {
            var answer = deployment.exchange(key, type, hostile.token());
            softly.assertThat(answer.status())
                    .as(hostile.name() + ": " + answer.json())
                    .isIn(400, 413);
        }
        softly.assertAll();
        assertThat(deployment.exchange(key, type, accepted.token()).status()).isEqualTo(200);
    }

    @Test
    void accessTokens() {
        var claims = claims("priya")
                .put("iss", issuer.issuer())
                .put("client_id", "spa")
                .put("jti", TestIssuer.id());
        refusesAll(
                ACCESS_TOKEN,
                new Accepted(
                        header("at+jwt"),
                        claims,
                        issuer.key,
                        DoorDeployment.MAX_TOKEN,
                        Set.of(),
                        Set.of("iss", "aud", "sub", "client_id", "jti"),
                        Set.of("iat", "exp"),
                        false));
    }

    @Test
    void jwtSvids() {
        refusesAll(
                JWT,
                new Accepted(
                        header("JWT"),
                        claims("spiffe://example.org/ns/shop/sa/api"),
                        issuer.key,
                        DoorDeployment.MAX_TOKEN,
                        Set.of(""),
                        Set.of("aud", "sub"),
                        Set.of("exp"),
                        false));
    }
}
