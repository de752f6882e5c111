package dev.countersign.notification;

import dev.countersign.Settings;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Pages;
import dev.countersign.jose.BodyToken;
import dev.countersign.key.KeyRing;
import dev.countersign.key.RandomIds;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.session.BrowserSessions;
import dev.countersign.store.Database;
import dev.countersign.transaction.AccessRequest;
import dev.countersign.transaction.Groups;
import dev.countersign.transaction.RequestObserver;
import io.helidon.webserver.http.HttpRouting;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** People are told that something waits for them. */
public final class NotificationFeature {
    private final RequestObserver observer;
    private final Function<Function<String, Optional<AccessRequest>>, NoticeDispatch> dispatch;
    private final Channels channels;
    private final Vapid vapid;
    private final @Nullable MailDelivery mail;

    private NotificationFeature(
            RequestObserver observer,
            Function<Function<String, Optional<AccessRequest>>, NoticeDispatch> dispatch,
            Channels channels,
            Vapid vapid,
            @Nullable MailDelivery mail) {
        this.observer = observer;
        this.dispatch = dispatch;
        this.channels = channels;
        this.vapid = vapid;
        this.mail = mail;
    }

    public static NotificationFeature wire(
            Settings settings,
            Database database,
            Journal journal,
            KeyRing keys,
            Groups groups,
            InstantSource clock,
            SecureRandom random) {
        var wanted = settings.notifications();
        var issuer = settings.issuer();
        var ids = new RandomIds(random);
        var http = new OutboundHttp(settings.outbound());
        var vapid = new Vapid(keys, issuer);
        var mail = wanted.mail() == null ? null : new MailDelivery(wanted.mail(), issuer, clock);
        var deliveries = new EnumMap<Channel.Kind, Delivery>(
                Map.of(Channel.Kind.PUSH, new PushDelivery(http, vapid, issuer, clock)));
        if (mail != null) {
            deliveries.put(Channel.Kind.MAIL, mail);
        }
        var webhooks = new WebhookDelivery(http, new BodyToken(WebhookDelivery.TYP, issuer, keys, ids), issuer, clock);
        var audience = new Audience(groups, wanted.webhooks(), () -> ids.next("nt_"));
        RequestObserver observer = (handle, evidence, change) -> {
            if (!wanted.webhooks().isEmpty() || ChannelStore.anyone(handle)) {
                NoticeStore.happened(
                        handle,
                        ids.next("ne_"),
                        change.request().id(),
                        change.kind().word(),
                        change.at());
            }
        };
        return new NotificationFeature(
                observer,
                requests ->
                        new NoticeDispatch(database, journal, audience, deliveries, webhooks, requests, clock, random),
                new Channels(database, journal, ids, random, clock),
                vapid,
                mail);
    }

    /** Notes in each change's commit that somebody may have to be told. */
    public RequestObserver observer() {
        return observer;
    }

    /** Begins to tell. Close it to stop. */
    public AutoCloseable start(Function<String, Optional<AccessRequest>> requests) {
        return dispatch.apply(requests);
    }

    public void routes(HttpRouting.Builder routing, BrowserSessions browsers, Pages pages) {
        new NotificationRoutes(channels, vapid, mail, browsers, pages).register(routing);
    }
}
