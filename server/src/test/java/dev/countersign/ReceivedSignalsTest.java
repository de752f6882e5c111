package dev.countersign;

import static dev.countersign.TestTransmitter.CAEP;
import static dev.countersign.TestTransmitter.RISC;
import static dev.countersign.TestTransmitter.issSub;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.countersign.client.Decision;
import dev.countersign.http.Json;
import dev.countersign.store.Database.Engine;
import dev.countersign.store.TestDatabases;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an identity provider's events do to the sessions that they name, over HTTP, and to no others. */
@ParameterizedClass
@EnumSource(Engine.class)
final class ReceivedSignalsTest {
    private final TestTransmitter transmitter = new TestTransmitter(this::now);
    private final TestDeployment deployment;
    private final TestPerson alice;
    private final TestPerson bob;

    ReceivedSignalsTest(Engine engine) {
        var provider = TestDeployment.provider();
        deployment = new TestDeployment(
                TestDatabases.settings(engine),
                Settings.Policies.of(TestDeployment.BANK_POLICIES),
                provider,
                (issuer, settings) -> settings.with(new SignalSettings(
                        List.of(new SignalSettings.Transmitter(
                                "idp",
                                transmitter.issuer(),
                                TestTransmitter.AUDIENCE,
                                SignalSettings.Delivery.PUSH,
                                Set.of(settings.identityProviders()
                                        .getFirst()
                                        .issuer()
                                        .toString()),
                                null,
                                TestTransmitter.AUTHORIZATION,
                                null,
                                false,
                                null,
                                SignalSettings.Transmitter.MAX_AGE)),
                        List.of(),
                        List.of())));
        alice = deployment
                .person("alice", "treasury")
                .claiming(Map.of(
                        "sid",
                        "sid-of-alice",
                        "email",
                        "Alice@example.com",
                        "email_verified",
                        true,
                        "device_id",
                        "laptop-1"))
                .loggedIn()
                .atTheBank();
        bob = deployment.person("bob", "treasury").loggedIn().atTheBank();
        assertThat(code(alice)).isEqualTo("permitted");
    }

    private Instant now() {
        return deployment == null ? Instant.now() : deployment.clock.instant();
    }

    @AfterEach
    void close() {
        deployment.close();
        transmitter.close();
    }

    /** The reason with which a harmless action is answered. */
    private static String code(TestPerson person) {
        return switch (person.ask(Payments.read(person.name))) {
            case Decision.Permit permit -> "permitted";
            case Decision.Refused refused -> refused.code();
            default -> "other";
        };
    }

    private Map<String, Object> subject(String name) {
        return issSub(deployment.providerIssuer(), name);
    }

    private void accepted(Map<String, ?> subject, String type, Map<String, ?> event) {
        var answer = transmitter.push(deployment.issuer, transmitter.set(subject, type, event));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.body()).isEmpty();
        assertThat(code(bob)).as("the other user's session is decided about").isEqualTo("no_permit");
    }

    @Test
    void aRevokedSessionIsOverAtOnceWithEvidence() {
        accepted(
                Map.of(
                        "format",
                        "complex",
                        "user",
                        subject("alice"),
                        "session",
                        Map.of("format", "opaque", "id", "sid-of-alice")),
                CAEP + "session-revoked",
                Map.of("reason_admin", Map.of("en", "gone")));
        assertThat(code(alice)).isEqualTo("session_ended");
        assertThat(deployment.evidenceOf("signal.received").getLast())
                .contains("\"effect\":\"session-revoked\"")
                .contains("se_");
    }

    @Test
    void anotherSessionOfTheSameUserIsNotMeant() {
        accepted(
                Map.of(
                        "format",
                        "complex",
                        "user",
                        subject("alice"),
                        "session",
                        Map.of("format", "opaque", "id", "another")),
                CAEP + "session-revoked",
                Map.of());
        assertThat(code(alice)).isEqualTo("permitted");
    }

    @Test
    void aUserIsKnownByAddressAndByAliases() {
        accepted(
                Map.of(
                        "format",
                        "aliases",
                        "identifiers",
                        List.of(
                                Map.of("format", "phone_number", "phone_number", "+12065550100"),
                                Map.of("format", "email", "email", "alice@EXAMPLE.com"))),
                CAEP + "session-revoked",
                Map.of());
        assertThat(code(alice)).isEqualTo("session_ended");
    }

    @Test
    void aChangedCredentialSuspendsUntilAStepUp() {
        alice.withAuthenticator();
        accepted(
                subject("alice"),
                CAEP + "credential-change",
                Map.of("credential_type", "password", "change_type", "update"));
        assertThat(code(alice)).isEqualTo("session_suspended");
        alice.raised().stepUp();
        assertThat(code(alice)).isEqualTo("permitted");
    }

    @Test
    void aCompromisedCredentialEndsSessionsAndRefusesEarlierLogins() {
        accepted(subject("alice"), RISC + "credential-compromise", Map.of("credential_type", "password"));
        assertThat(code(alice)).isEqualTo("session_ended");
        deployment.advance(Duration.ofSeconds(2));
        alice.loggedIn().atTheBank();
        assertThat(code(alice)).isEqualTo("permitted");
    }

    @Test
    void aDisabledAccountIsShutOutUntilItIsEnabled() {
        accepted(subject("alice"), RISC + "account-disabled", Map.of("reason", "hijacking"));
        assertThat(code(alice)).isEqualTo("session_ended");
        var page = alice.logIn("/authenticators");
        assertThat(page.statusCode()).as(page.body()).isEqualTo(403);
        deployment.restart();
        assertThat(alice.logIn("/authenticators").statusCode()).isEqualTo(403);

        deployment.advance(Duration.ofSeconds(2));
        accepted(subject("alice"), RISC + "account-enabled", Map.of());
        assertThat(code(alice)).as("an ended session stays ended").isEqualTo("session_ended");
        assertThat(alice.logIn("/authenticators").statusCode()).isEqualTo(200);
    }

    @Test
    void anEarlierEnablingDoesNotLiftALaterDisabling() {
        var enabled = transmitter.set(subject("alice"), RISC + "account-enabled", Map.of());
        deployment.advance(Duration.ofSeconds(2));
        accepted(subject("alice"), RISC + "account-disabled", Map.of());
        assertThat(transmitter.push(deployment.issuer, enabled).statusCode()).isEqualTo(202);
        assertThat(alice.logIn("/authenticators").statusCode()).isEqualTo(403);
    }

    @Test
    void aDeviceOutOfComplianceSuspendsItsSessions() {
        accepted(
                Map.of("format", "complex", "device", subject("laptop-1")),
                CAEP + "device-compliance-change",
                Map.of("previous_status", "compliant", "current_status", "not-compliant"));
        assertThat(code(alice)).isEqualTo("session_suspended");
    }

    @Test
    void changedClaimsChangeGroups() {
        accepted(
                subject("alice"), CAEP + "token-claims-change", Map.of("claims", Map.of("groups", List.of("interns"))));
        assertThat(deployment.evidenceOf("session.claims").getLast()).contains("\"groups\":[\"interns\"]");
        assertThat(deployment.query("select group_names from session where principal = 'alice'"))
                .containsOnly("[\"interns\"]");
        accepted(subject("alice"), CAEP + "token-claims-change", Map.of("claims", Map.of("sub", "mallory")));
        assertThat(code(alice)).isEqualTo("session_ended");
    }

    @Test
    void lowerAssuranceTakesTheStepUpAway() {
        alice.withAuthenticator().stepUp();
        accepted(
                subject("alice"),
                CAEP + "assurance-level-change",
                Map.of("namespace", "NIST-AAL", "current_level", "nist-aal1", "change_direction", "decrease"));
        assertThat(
                        deployment.query(
                                "select cast(count(*) as varchar(9)) from session where principal = 'alice' and step_up_acr is not null"))
                .containsExactly("0");
        assertThat(code(alice)).isEqualTo("permitted");
    }

    @Test
    void riskIsNotedOnTheSession() {
        accepted(subject("alice"), CAEP + "risk-level-change", Map.of("principal", "USER", "current_level", "HIGH"));
        assertThat(deployment.evidenceOf("session.signal").getLast()).contains("risk_level_change");
    }

    @Test
    void anUnknownEventIsAcknowledgedAndIgnored() {
        accepted(subject("alice"), "https://example.com/events/whatever", Map.of());
        assertThat(code(alice)).isEqualTo("permitted");
        assertThat(deployment.evidenceOf("signal.received").getLast()).contains("\"effect\":\"ignored\"");
    }

    @Test
    void theSameTokenAgainIsAcknowledgedAndDoesNothing() {
        var disabled = transmitter.set(subject("alice"), RISC + "account-disabled", Map.of());
        assertThat(transmitter.push(deployment.issuer, disabled).statusCode()).isEqualTo(202);
        deployment.advance(Duration.ofSeconds(2));
        accepted(subject("alice"), RISC + "account-enabled", Map.of());
        deployment.restart();
        assertThat(transmitter.push(deployment.issuer, disabled).statusCode()).isEqualTo(202);
        assertThat(alice.logIn("/authenticators").statusCode()).isEqualTo(200);
        assertThat(deployment.evidenceOf("signal.received")).hasSize(2);
    }

    @Test
    void whatIsNotAcceptableIsRefusedWithTheStandardsCodeAndChangesNothing() {
        var good = transmitter.claims(subject("alice"), CAEP + "session-revoked", Map.of());
        var jti = UUID.randomUUID().toString();
        assertThat(push(transmitter
                        .claims(subject("bob"), "https://example.com/other", Map.of())
                        .jwtID(jti)
                        .build()))
                .isEqualTo("202");
        assertThat(push(new JWTClaimsSet.Builder(good.build()).jwtID(jti).build()))
                .as("another token by the same jti")
                .isEqualTo("invalid_request");
        assertThat(push(copy(good).issuer("https://else.example").build())).isEqualTo("invalid_issuer");
        assertThat(push(copy(good).audience("else").build())).isEqualTo("invalid_audience");
        assertThat(push(copy(good).audience((String) null).build())).isEqualTo("invalid_audience");
        assertThat(push(copy(good).subject("alice").build())).as("sub").isEqualTo("invalid_request");
        assertThat(push(copy(good)
                        .expirationTime(Date.from(now().plusSeconds(60)))
                        .build()))
                .as("exp")
                .isEqualTo("invalid_request");
        assertThat(push(copy(good).issueTime(Date.from(now().plusSeconds(120))).build()))
                .as("future")
                .isEqualTo("invalid_request");
        assertThat(push(copy(good)
                        .issueTime(Date.from(now().minus(Duration.ofDays(8))))
                        .build()))
                .as("too old")
                .isEqualTo("invalid_request");
        assertThat(push(copy(good).issueTime(null).build())).as("no iat").isEqualTo("invalid_request");
        assertThat(push(copy(good).jwtID(null).build())).as("no jti").isEqualTo("invalid_request");
        assertThat(push(copy(good).claim("sub_id", null).build()))
                .as("no sub_id")
                .isEqualTo("invalid_request");
        assertThat(push(copy(good)
                        .claim("sub_id", issSub("https://else.example", "alice"))
                        .build()))
                .as("foreign subject")
                .isEqualTo("access_denied");
        assertThat(push(copy(good)
                        .claim("sub_id", Map.of("format", "iss_sub", "iss", 7))
                        .build()))
                .isEqualTo("invalid_request");
        assertThat(push(copy(good)
                        .claim(
                                "events",
                                Map.of(CAEP + "session-revoked", Map.of(), CAEP + "credential-change", Map.of()))
                        .build()))
                .as("several events")
                .isEqualTo("invalid_request");
        assertThat(push(copy(good).claim("events", Map.of()).build())).isEqualTo("invalid_request");
        assertThat(push(copy(good)
                        .claim("events", Map.of(CAEP + "credential-change", Map.of()))
                        .build()))
                .as("an event without what its type needs")
                .isEqualTo("invalid_request");
        assertThat(push(copy(good)
                        .claim("events", Map.of(CAEP + "session-revoked", Map.of("x", nested(70))))
                        .build()))
                .as("deep")
                .isEqualTo("invalid_request");
        assertThat(push(copy(good).claim("x", "x".repeat(64 * 1024)).build()))
                .as("oversized")
                .isEqualTo("invalid_request");
        var token = good.build();
        assertThat(err(TestTransmitter.sign(token, "JWT", transmitter.key))).isEqualTo("invalid_request");
        assertThat(err(TestTransmitter.sign(token, "secevent+jwt", TestTransmitter.newKey())))
                .isEqualTo("invalid_key");
        assertThat(err(unsigned(token, "none"))).isEqualTo("invalid_key");
        assertThat(err(unsigned(token, "HS256"))).isEqualTo("invalid_key");
        assertThat(err("nonsense")).isEqualTo("invalid_request");
        assertThat(err("")).isEqualTo("invalid_request");
        var signed = transmitter.sign(token);
        assertThat(err(transmitter.push(deployment.issuer, signed, "application/json", TestTransmitter.AUTHORIZATION)))
                .isEqualTo("invalid_request");
        assertThat(err(transmitter.push(deployment.issuer, signed, "application/secevent+jwt", "Bearer wrong")))
                .isEqualTo("authentication_failed");
        assertThat(code(alice)).isEqualTo("permitted");
        assertThat(deployment.evidenceOf("signal.refused")).isNotEmpty().noneMatch(entry -> entry.contains("Bearer"));
    }

    private static JWTClaimsSet.Builder copy(JWTClaimsSet.Builder good) {
        return new JWTClaimsSet.Builder(good.build()).jwtID(UUID.randomUUID().toString());
    }

    private static Object nested(int depth) {
        Object value = "";
        for (var i = 0; i < depth; i++) {
            value = List.of(value);
        }
        return value;
    }

    private static String unsigned(JWTClaimsSet claims, String alg) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(
                        ("{\"typ\":\"secevent+jwt\",\"alg\":\"" + alg + "\"}").getBytes(StandardCharsets.UTF_8))
                + '.'
                + encoder.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8))
                + ".AAAA";
    }

    private String push(JWTClaimsSet claims) {
        return err(transmitter.sign(claims));
    }

    private String err(String token) {
        return err(transmitter.push(deployment.issuer, token));
    }

    /** The registered code, or the status when it was taken. */
    private static String err(HttpResponse<String> answer) {
        if (answer.statusCode() == 202) {
            return "202";
        }
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Language")).contains("en");
        var body = Json.MAPPER.readTree(answer.body());
        assertThat(body.path("description").asString("")).isNotEmpty();
        return body.path("err").asString("");
    }
}
