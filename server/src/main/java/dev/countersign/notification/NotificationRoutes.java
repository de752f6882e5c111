package dev.countersign.notification;

import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import dev.countersign.http.Pages;
import dev.countersign.http.Problem;
import dev.countersign.notification.Delivery.Undelivered;
import dev.countersign.session.BrowserSessions;
import dev.countersign.session.Session;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A person's channels and quiet hours. */
final class NotificationRoutes {
    private static final String PAGE = "/notifications";

    private final Channels channels;
    private final Vapid vapid;
    private final @Nullable MailDelivery mail;
    private final BrowserSessions browsers;
    private final Pages pages;

    NotificationRoutes(
            Channels channels, Vapid vapid, @Nullable MailDelivery mail, BrowserSessions browsers, Pages pages) {
        this.channels = channels;
        this.vapid = vapid;
        this.mail = mail;
        this.browsers = browsers;
        this.pages = pages;
    }

    void register(HttpRouting.Builder routing) {
        routing.get(PAGE, this::page)
                .post(PAGE + "/mail", (request, response) -> changed(request, response, this::addMail))
                .post(PAGE + "/browsers", this::addBrowser)
                .post(PAGE + "/quiet", (request, response) -> changed(request, response, this::prefer))
                .post(PAGE + "/{id}/confirm", (request, response) -> changed(request, response, this::confirm))
                .post(PAGE + "/{id}/remove", (request, response) -> changed(request, response, this::remove));
    }

    private void page(ServerRequest request, ServerResponse response) {
        browsers.require(request, response).ifPresent(session -> {
            var preferences = channels.preferences(session.person());
            var shown = new HashMap<String, Object>();
            shown.put("person", session.principal().id());
            shown.put("mail", mail != null);
            shown.put("key", vapid.publicKey());
            shown.put(
                    "channels",
                    channels.of(session.person()).stream()
                            .map(each -> new ChannelRow(
                                    each.id(),
                                    each.kind() == Channel.Kind.MAIL ? "Mail" : "Browser",
                                    each.shown(),
                                    each.confirmed()))
                            .toList());
            shown.put("from", text(preferences.from()));
            shown.put("until", text(preferences.until()));
            shown.put("zone", preferences.zone().getId());
            shown.put("urgent", preferences.urgent());
            pages.send(response, 200, "notifications.jte", shown);
        });
    }

    private static String text(@Nullable LocalTime time) {
        return time == null ? "" : time.toString();
    }

    private void changed(ServerRequest request, ServerResponse response, Consumer<Change> change) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            var id = request.path().pathParameters().first("id").orElse("");
            change.accept(new Change(session, id, Bodies.form(request)));
            Answers.redirect(response, PAGE);
        });
    }

    private void addMail(Change change) {
        if (mail == null) {
            throw Problem.notFound("No mail is sent here");
        }
        var address = change.text("address");
        var code = channels.addMail(change.session().person(), address);
        try {
            mail.confirm(address, code);
        } catch (Undelivered e) {
            throw Problem.unavailable(e.reason());
        }
    }

    private void confirm(Change change) {
        channels.confirm(change.session().person(), change.id(), change.text("code"));
    }

    private void remove(Change change) {
        channels.remove(change.session().person(), change.id());
    }

    private void prefer(Change change) {
        try {
            var from = change.text("from");
            var until = change.text("until");
            if (from.isEmpty() != until.isEmpty()) {
                throw Problem.invalid("/until", "Quiet hours begin and end");
            }
            channels.prefer(
                    change.session().person(),
                    new Preferences(
                            from.isEmpty()
                                    ? null
                                    : LocalTime.parse(from).withSecond(0).withNano(0),
                            until.isEmpty()
                                    ? null
                                    : LocalTime.parse(until).withSecond(0).withNano(0),
                            ZoneId.of(change.text("zone")),
                            change.text("urgent").equals("yes")));
        } catch (DateTimeException e) {
            throw Problem.invalid("/from", "Expected times such as 22:00 and a zone such as Europe/Berlin");
        }
    }

    private void addBrowser(ServerRequest request, ServerResponse response) {
        browsers.refuseForeign(request);
        browsers.requireFresh(request, response).ifPresent(session -> {
            var body = Bodies.object(request).only(Set.of("endpoint", "expirationTime", "keys"));
            var keys = body.object("keys").only(Set.of("p256dh", "auth"));
            channels.addBrowser(
                    session.person(),
                    body.text("endpoint", Channels.MAX_ENDPOINT),
                    keys.text("p256dh", 128),
                    keys.text("auth", 64));
            Answers.json(response, 200, Json.MAPPER.createObjectNode());
        });
    }

    private record Change(Session session, String id, Map<String, String> form) {
        String text(String name) {
            return form.getOrDefault(name, "").strip();
        }
    }
}
