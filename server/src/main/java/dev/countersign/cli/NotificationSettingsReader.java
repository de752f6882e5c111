package dev.countersign.cli;

import dev.countersign.NotificationSettings;
import dev.countersign.NotificationSettings.Mail;
import dev.countersign.NotificationSettings.Security;
import dev.countersign.http.Fields;
import dev.countersign.http.Problem;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundHttp;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code notifications} part of the settings file. */
final class NotificationSettingsReader {
    private final SettingsFile file;

    NotificationSettingsReader(SettingsFile file) {
        this.file = file;
    }

    NotificationSettings read(@Nullable Fields notifications) {
        if (notifications == null) {
            return NotificationSettings.NONE;
        }
        notifications.only(Set.of("mail", "webhooks"));
        var webhooks = SettingsFile.texts(notifications, "webhooks").stream()
                .map(text -> webhook(notifications, text))
                .toList();
        return new NotificationSettings(mail(notifications.optionalObject("mail")), webhooks);
    }

    private static URI webhook(Fields notifications, String text) {
        try {
            return Destination.configured(URI.create(text)).uri();
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(notifications.at("webhooks"), "Not an address: " + text);
        }
    }

    private @Nullable Mail mail(@Nullable Fields mail) {
        if (mail == null) {
            return null;
        }
        mail.only(Set.of("host", "port", "security", "user", "password", "from"));
        var security = mail.has("security")
                ? Security.valueOf(mail.oneOf("security", Set.of("tls", "starttls", "none"))
                        .toUpperCase(Locale.ROOT))
                : Security.STARTTLS;
        var host = mail.text("host");
        if (security == Security.NONE && !isThisMachine(host)) {
            throw Problem.invalid(mail.at("security"), "Only a mail server on this machine goes without TLS");
        }
        return new Mail(
                host,
                mail.has("port") ? Math.toIntExact(mail.integer("port", 1, 65_535)) : port(security),
                security,
                file.secret(mail, "user"),
                file.secret(mail, "password"),
                mail.text("from"));
    }

    private static boolean isThisMachine(String host) {
        try {
            return OutboundHttp.isThisMachine(URI.create("smtp://" + host));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int port(Security security) {
        return switch (security) {
            case TLS -> 465;
            case STARTTLS -> 587;
            case NONE -> 25;
        };
    }
}
