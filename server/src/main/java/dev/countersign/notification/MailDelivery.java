package dev.countersign.notification;

import dev.countersign.NotificationSettings.Mail;
import dev.countersign.NotificationSettings.Security;
import dev.countersign.transaction.AccessRequest;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Properties;

/** Tells by mail (RFC 5321), over TLS. */
final class MailDelivery implements Delivery {
    /** For connecting, and for each answer and write. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Mail settings;
    private final URI issuer;
    private final InstantSource clock;
    private final Session session;

    MailDelivery(Mail settings, URI issuer, InstantSource clock) {
        this.settings = settings;
        this.issuer = issuer;
        this.clock = clock;
        var password = settings.password();
        this.session = Session.getInstance(
                properties(settings),
                settings.user() == null || password == null
                        ? null
                        : new Authenticator() {
                            @Override
                            protected PasswordAuthentication getPasswordAuthentication() {
                                return new PasswordAuthentication(settings.user(), password);
                            }
                        });
    }

    private static Properties properties(Mail settings) {
        var properties = new Properties();
        var timeout = String.valueOf(TIMEOUT.toMillis());
        properties.put("mail.transport.protocol", "smtp");
        properties.put("mail.smtp.host", settings.host());
        properties.put("mail.smtp.port", String.valueOf(settings.port()));
        properties.put("mail.smtp.connectiontimeout", timeout);
        properties.put("mail.smtp.timeout", timeout);
        properties.put("mail.smtp.writetimeout", timeout);
        properties.put("mail.smtp.auth", String.valueOf(settings.user() != null));
        properties.put("mail.smtp.ssl.enable", String.valueOf(settings.security() == Security.TLS));
        properties.put("mail.smtp.starttls.enable", String.valueOf(settings.security() == Security.STARTTLS));
        properties.put("mail.smtp.starttls.required", String.valueOf(settings.security() == Security.STARTTLS));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        return properties;
    }

    @Override
    public void deliver(Notice notice, AccessRequest request, Channel channel) throws Undelivered {
        var wording = Wording.of(notice, request, issuer);
        send(channel.address(), wording.title(), wording.text() + "\n\n" + wording.link());
    }

    /** What shows that somebody reads the mail of {@code address}. */
    void confirm(String address, String code) throws Undelivered {
        send(
                address,
                "Your code is " + code,
                "Type it on the page where you gave this address: " + issuer + "/notifications\n\n"
                        + "If you did not, somebody else did; without the code they get nothing.");
    }

    private void send(String address, String subject, String text) throws Undelivered {
        try {
            var message = new MimeMessage(session);
            message.setFrom(new InternetAddress(settings.from(), true));
            message.setRecipient(Message.RecipientType.TO, new InternetAddress(address, true));
            message.setSubject(subject, StandardCharsets.UTF_8.name());
            message.setText(
                    text + "\n\nThis message cannot approve anything, and nobody will ask you for an answer to it.\n",
                    StandardCharsets.UTF_8.name());
            message.setSentDate(Date.from(clock.instant()));
            message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834 section 5
            Transport.send(message);
        } catch (MessagingException e) {
            throw new Undelivered("The mail server did not take it", false); // without detail: it may hold the address
        }
    }
}
