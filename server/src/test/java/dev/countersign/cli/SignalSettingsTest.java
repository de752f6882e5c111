package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.SignalSettings;
import dev.countersign.SignalSettings.Access;
import dev.countersign.SignalSettings.Delivery;
import dev.countersign.SignalSettings.SessionNames;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code signals} of a settings file, and what clients say of logouts. */
final class SignalSettingsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private SignalSettings read(String more) throws IOException {
        var file = folder.resolve("countersign.yaml");
        Files.writeString(file, "issuer: http://localhost:8400\ntransaction_types: types\npolicies: bank\n" + more);
        return SettingsFile.read(file, Map.of("TOKEN", "t0ken", "SECRET", "s3cret"))
                .signals();
    }

    @Test
    void nothingIsSaidByDefault() throws IOException {
        assertThat(read("")).isEqualTo(SignalSettings.NONE);
    }

    @Test
    void aTransmitterMaySpeakForItsOwnSubjectsUnlessSaidOtherwise() throws IOException {
        var transmitter = read("""
                        signals:
                          transmitters:
                            - {id: idp, issuer: "https://idp.example/a", audience: us, delivery: push}
                        """).transmitters().getFirst();
        assertThat(transmitter.subjectIssuers()).containsExactly("https://idp.example/a");
        assertThat(transmitter.delivery()).isEqualTo(Delivery.PUSH);
        assertThat(transmitter.manage()).isTrue();
        assertThat(transmitter.maxAge()).isEqualTo(Duration.ofDays(7));
        assertThat(transmitter.authorization()).isNull();
    }

    @Test
    void secretsComeFromTheEnvironmentAndAreNotPrinted() throws IOException {
        var signals = read("""
                signals:
                  transmitters:
                    - id: a
                      issuer: https://a.example
                      audience: us
                      delivery: poll
                      authorization: env:TOKEN
                      access: {token: "env:TOKEN"}
                    - id: b
                      issuer: https://b.example
                      audience: us
                      delivery: poll
                      access: {token_endpoint: "https://b.example/token", client_id: us, client_secret: "env:SECRET"}
                """);
        assertThat(signals.transmitters().getFirst().access()).isEqualTo(new Access.Token("t0ken"));
        assertThat(signals.transmitters().getLast().access()).isInstanceOf(Access.Credentials.class);
        assertThat(signals.toString()).doesNotContain("t0ken").doesNotContain("s3cret");
    }

    @Test
    void receiversAndLogouts() throws IOException {
        var signals = read("""
                signals:
                  receivers: [{enforcement_point: siem, audience: siem, sessions: providers}, {enforcement_point: app, audience: app}]
                clients:
                  - {id: bank, backchannel_logout_uri: "https://bank.example/logout"}
                  - {id: silent}
                """);
        assertThat(signals.receivers().getFirst().sessions()).isEqualTo(SessionNames.PROVIDERS);
        assertThat(signals.receivers().getLast().sessions()).isEqualTo(SessionNames.OURS);
        assertThat(signals.logouts())
                .containsExactly(new SignalSettings.Logout("bank", URI.create("https://bank.example/logout")));
    }

    @Test
    void whatDoesNotFitIsNamed() {
        var good = "id: idp, issuer: 'https://idp.example', audience: us, delivery: push";
        for (var wrong : Map.of(
                        "id: ../x, issuer: 'https://idp.example', audience: us, delivery: push",
                        "/signals/transmitters/0/id",
                        "id: idp, issuer: idp, audience: us, delivery: push",
                        "/signals/transmitters/0/issuer",
                        "id: idp, issuer: 'https://idp.example', delivery: push",
                        "/signals/transmitters/0/audience",
                        good.replace("push", "mail"),
                        "/signals/transmitters/0/delivery",
                        good.replace("push", "poll") + ", manage: false",
                        "/signals/transmitters/0/poll_endpoint",
                        good + ", access: {client_id: us}",
                        "/signals/transmitters/0/access/token_endpoint",
                        good + ", else: 1",
                        "/signals/transmitters/0/else",
                        good + "}, {" + good,
                        "/signals/transmitters")
                .entrySet()) {
            assertThatThrownBy(() -> read("signals: {transmitters: [{" + wrong.getKey() + "}]}\n"))
                    .as(wrong.getKey())
                    .hasMessageContaining(wrong.getValue());
        }
        assertThatThrownBy(() -> read("signals: {receivers: [{enforcement_point: a, audience: b, sessions: all}]}\n"))
                .hasMessageContaining("/signals/receivers/0/sessions");
    }
}
