package dev.countersign.session;

import static dev.countersign.session.Deployment.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.GrantSettings;
import dev.countersign.Settings;
import dev.countersign.Settings.Span;
import dev.countersign.session.SessionCheck.Checked;
import dev.countersign.store.Database;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.Engine.class)
final class LifetimesTest {
    private final Deployment deployment;
    private final DpopClient page = new DpopClient();

    LifetimesTest(Database.Engine engine) throws IOException {
        deployment = new Deployment(engine);
    }

    @AfterEach
    void close() {
        deployment.close();
    }

    private SessionOpening.Opening opening(Principal.Kind kind, String acr, String client) {
        return new SessionOpening.Opening(
                new Principal(kind, "alice"),
                deployment.provider.issuer(),
                client,
                new Assurance(acr, Set.of(), deployment.clock.instant()),
                new Binding.DpopKey(page.thumbprint()),
                Set.of(),
                null,
                null,
                null);
    }

    private Session open(Principal.Kind kind, String acr) {
        return deployment.feature.opening().open(opening(kind, acr, "bank"));
    }

    private Session now(Session session) {
        return deployment.feature.sessions().find(session.id()).orElseThrow();
    }

    private void stepUp(Session session) {
        deployment
                .feature
                .sessions()
                .raise(session.id(), new Assurance(Acr.PHR, Set.of("hwk", "user"), deployment.clock.instant()));
    }

    private static Span span(Session session) {
        return new Span(session.idle(), Duration.between(session.startedAt(), session.expiresAt()));
    }

    @Test
    void aSessionLivesAsLongAsItsLoginEarned() {
        var hours = new Span(Duration.ofHours(1), Duration.ofHours(24));
        assertThat(span(open(Principal.Kind.USER, Acr.BASE))).isEqualTo(hours);
        assertThat(span(open(Principal.Kind.USER, "of somebody else's"))).isEqualTo(hours);
        assertThat(span(open(Principal.Kind.USER, Acr.MFA))).isEqualTo(hours);
        assertThat(span(open(Principal.Kind.USER, Acr.PHR)))
                .isEqualTo(new Span(Duration.ofMinutes(15), Duration.ofHours(12)));
        for (var kind : List.of(Principal.Kind.WORKLOAD, Principal.Kind.AGENT)) {
            assertThat(span(open(kind, Acr.PHR))).isEqualTo(new Span(Duration.ofHours(1), Duration.ofHours(1)));
        }
    }

    @Test
    void aClientMayHaveItShorterNeverLonger() {
        var short5 = GrantSettings.PLAIN.within(Duration.ofMinutes(5), Duration.ofMinutes(30));
        var long30 = GrantSettings.PLAIN.within(Duration.ofDays(2), Duration.ofDays(30));
        var spans = new Lifespans(
                Settings.Lifetimes.standard(),
                List.of(
                        new Settings.Client("kiosk", List.of(), null, short5),
                        new Settings.Client("greedy", List.of(), null, long30)));
        assertThat(spans.of(opening(Principal.Kind.USER, Acr.MFA, "kiosk")))
                .isEqualTo(new Span(Duration.ofMinutes(5), Duration.ofMinutes(30)));
        assertThat(spans.of(opening(Principal.Kind.USER, Acr.MFA, "greedy")))
                .isEqualTo(new Span(Duration.ofHours(1), Duration.ofHours(24)));
        assertThatThrownBy(() -> new Span(Duration.ofHours(2), Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Span(Duration.ofHours(2), Span.MAX.plusSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void idleAndAbsoluteEndsAreTheSessionsOwn() {
        var strong = open(Principal.Kind.USER, Acr.PHR);
        var weak = open(Principal.Kind.USER, Acr.MFA);
        deployment.clock.advance(Duration.ofMinutes(16));
        assertThat(now(strong).isLive(deployment.clock.instant())).isFalse();
        assertThat(now(weak).isLive(deployment.clock.instant())).isTrue();
        var token = deployment.feature.accessTokens().issue(now(weak));
        assertThat(deployment.present(page, token)).isInstanceOf(Checked.Live.class);
        assertThat(now(weak).idleExpiresAt())
                .isEqualTo(deployment.clock.instant().plus(Duration.ofHours(1)));
    }

    @Test
    void aStepUpEndsByItselfAndExtendsNothing() {
        var session = open(Principal.Kind.USER, Acr.MFA);
        var end = session.expiresAt();
        stepUp(session);
        var raised = now(session);
        assertThat(raised.expiresAt()).isEqualTo(end);
        var token = deployment.feature.accessTokens().issue(raised);
        assertThat(Deployment.claims(token).get("acr").stringValue()).isEqualTo(Acr.PHR);
        var told = deployment.introspect(token);
        assertThat(told.get("acr").stringValue()).isEqualTo(Acr.PHR);
        assertThat(told.get("step_up").get("age").longValue()).isZero();
        assertThat(told.get("session").get("ends_at").longValue()).isEqualTo(end.getEpochSecond());

        deployment.clock.advance(Settings.Lifetimes.STEP_UP.minusSeconds(1));
        assertThat(raised.hasAssurance(Acr.PHR, Set.of(), Duration.ofHours(1), deployment.clock.instant()))
                .isTrue();
        deployment.clock.advance(Duration.ofSeconds(1));
        var later = now(session);
        assertThat(later.hasAssurance(Acr.PHR, Set.of(), Duration.ofHours(1), deployment.clock.instant()))
                .as("whatever max_age allows")
                .isFalse();
        token = deployment.feature.accessTokens().issue(later);
        assertThat(Deployment.claims(token).get("acr").stringValue()).isEqualTo(Acr.MFA);
        told = deployment.introspect(token);
        assertThat(told.get("acr").stringValue()).isEqualTo(Acr.MFA);
        assertThat(told.has("step_up")).isFalse();
    }

    @Test
    void introspectionShowsTheSessionAndWhyItWaits() {
        var session = open(Principal.Kind.USER, Acr.MFA);
        var token = deployment.feature.accessTokens().issue(session);
        var told = deployment.introspect(token);
        assertThat(told.get("sub").stringValue()).isEqualTo("alice");
        assertThat(told.get("session").get("state").stringValue()).isEqualTo("active");
        assertThat(told.get("session").get("idle_ends_at").longValue())
                .isEqualTo(session.idleExpiresAt().getEpochSecond());
        assertThat(told.get("cnf").get("jkt").stringValue()).isEqualTo(page.thumbprint());
        deployment.feature.sessions().suspend(session.id(), "risk is high");
        told = deployment.introspect(token);
        assertThat(told.get("active").booleanValue()).isFalse();
        assertThat(told.get("session").get("reason").stringValue()).isEqualTo("risk is high");
        assertThat(told.has("sub")).isFalse();
        var publicClient = deployment.form("/oauth/introspect", Map.of("token", token, "client_id", "bank"));
        assertThat(publicClient.statusCode()).isEqualTo(401);
        assertThat(json(publicClient).get("error").stringValue()).isEqualTo("invalid_client");
    }
}
