package dev.countersign.cli;

import dev.countersign.SignalSettings;
import dev.countersign.SignalSettings.Access;
import dev.countersign.SignalSettings.Delivery;
import dev.countersign.SignalSettings.Logout;
import dev.countersign.SignalSettings.Receiver;
import dev.countersign.SignalSettings.SessionNames;
import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code signals} of a settings file, and the {@code backchannel_logout_uri} of clients. */
final class SignalSettingsReader {
    /** Transmitters or receivers. */
    static final int MAX_PEERS = 100;

    private final SettingsFile file;

    SignalSettingsReader(SettingsFile file) {
        this.file = file;
    }

    SignalSettings read(@Nullable Fields signals, List<Fields> clients) {
        var logouts = clients.stream()
                .filter(client -> client.has("backchannel_logout_uri"))
                .map(client -> new Logout(client.text("id"), SettingsFile.uri(client, "backchannel_logout_uri")))
                .toList();
        if (signals == null) {
            return new SignalSettings(List.of(), List.of(), logouts);
        }
        signals.only(Set.of("transmitters", "receivers"));
        var transmitters = signals.objects("transmitters", MAX_PEERS).stream()
                .map(this::transmitter)
                .toList();
        var names = new HashSet<String>();
        for (var transmitter : transmitters) {
            if (!names.add(transmitter.id())) {
                throw Problem.invalid(signals.at("transmitters"), "Two have the id " + transmitter.id());
            }
        }
        return new SignalSettings(
                transmitters,
                signals.objects("receivers", MAX_PEERS).stream()
                        .map(SignalSettingsReader::receiver)
                        .toList(),
                logouts);
    }

    private Transmitter transmitter(Fields fields) {
        fields.only(Set.of(
                "id",
                "issuer",
                "audience",
                "delivery",
                "subject_issuers",
                "configuration",
                "authorization",
                "access",
                "manage",
                "poll_endpoint",
                "max_age"));
        var id = fields.text("id");
        if (!SignalSettings.isName(id)) {
            throw Problem.invalid(fields.at("id"), "Expected letters, digits, dots, dashes");
        }
        var issuer = SettingsFile.uri(fields, "issuer");
        var delivery = Delivery.valueOf(
                fields.oneOf("delivery", Set.of("push", "poll")).toUpperCase(Locale.ROOT));
        var manage = fields.flag("manage", true);
        if (!manage && delivery == Delivery.POLL && !fields.has("poll_endpoint")) {
            throw Problem.invalid(fields.at("poll_endpoint"), "Missing: without manage it is not known where to poll");
        }
        var subjects = SettingsFile.texts(fields, "subject_issuers");
        return new Transmitter(
                id,
                issuer,
                fields.text("audience"),
                delivery,
                subjects.isEmpty() ? Set.of(issuer.toString()) : Set.copyOf(subjects),
                fields.has("configuration") ? SettingsFile.uri(fields, "configuration") : null,
                file.secret(fields, "authorization"),
                access(fields.optionalObject("access")),
                manage,
                fields.has("poll_endpoint") ? SettingsFile.uri(fields, "poll_endpoint") : null,
                SettingsFile.duration(fields, "max_age", Transmitter.MAX_AGE));
    }

    private @Nullable Access access(@Nullable Fields access) {
        if (access == null) {
            return null;
        }
        access.only(Set.of("token", "token_endpoint", "client_id", "client_secret", "scope"));
        if (access.has("token")) {
            return new Access.Token(required(access, "token"));
        }
        return new Access.Credentials(
                SettingsFile.uri(access, "token_endpoint"),
                access.text("client_id"),
                required(access, "client_secret"),
                access.optionalText("scope"));
    }

    private String required(Fields fields, String name) {
        var secret = file.secret(fields, name);
        if (secret == null) {
            throw Problem.invalid(fields.at(name), "Missing");
        }
        return secret;
    }

    private static Receiver receiver(Fields fields) {
        fields.only(Set.of("enforcement_point", "audience", "sessions"));
        var sessions = fields.has("sessions") ? fields.oneOf("sessions", Set.of("ours", "providers")) : "ours";
        return new Receiver(
                fields.text("enforcement_point"),
                fields.text("audience"),
                SessionNames.valueOf(sessions.toUpperCase(Locale.ROOT)));
    }
}
