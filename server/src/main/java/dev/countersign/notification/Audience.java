package dev.countersign.notification;

import dev.countersign.http.Json;
import dev.countersign.notification.ChannelStore.Reachable;
import dev.countersign.notification.NoticeStore.Event;
import dev.countersign.transaction.AccessRequest;
import dev.countersign.transaction.Groups;
import java.net.URI;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** Decides who is told of what: those who may sign that something waits, whoever asked what became of it, webhooks everything. */
final class Audience {
    private static final Set<String> WAITS = Set.of("opened", "renewed", "escalated");
    private static final Set<String> ENDS = Set.of("signed", "denied", "cancelled", "expired");

    private final Groups groups;
    private final List<URI> webhooks;
    private final Supplier<String> ids;

    Audience(Groups groups, List<URI> webhooks, Supplier<String> ids) {
        this.groups = groups;
        this.webhooks = webhooks;
        this.ids = ids;
    }

    /** Notes whom {@code event} has to be told. */
    void address(Handle database, Event event, AccessRequest request, Instant now) {
        webhooks.forEach(
                webhook -> NoticeStore.tell(database, ids.get(), event, event.id(), webhook.toString(), now, now));
        if (WAITS.contains(event.kind()) && request.state() == AccessRequest.State.OPEN) {
            ChannelStore.reachable(database).stream()
                    .filter(each -> mayApprove(request, each, now))
                    .forEach(each -> tell(database, event, Notice.WAITS, each, request.expiresAt(), now));
        }
        if (ENDS.contains(event.kind())) {
            ChannelStore.reachable(database).stream()
                    .filter(each -> request.isRequester(each.person(), groups))
                    .forEach(each -> tell(database, event, event.id(), each, Instant.MAX, now));
        }
    }

    /** Whether {@code person} still is who is asked. */
    boolean mayApprove(Handle database, AccessRequest request, Channel channel, Instant now) {
        return ChannelStore.reachable(database).stream()
                .anyMatch(each -> each.person().equals(channel.person()) && mayApprove(request, each, now));
    }

    private boolean mayApprove(AccessRequest request, Reachable reachable, Instant now) {
        return reachable.groups() != null
                && request.mayApprove(reachable.person(), names(reachable.groups()), groups, now);
    }

    private static Set<String> names(String json) {
        var names = new HashSet<String>();
        Json.MAPPER.readTree(json).forEach(name -> names.add(name.stringValue()));
        return names;
    }

    private void tell(Handle database, Event event, String topic, Reachable reachable, Instant expires, Instant now) {
        var at = ChannelStore.preferences(database, reachable.person()).tellAt(now, expires);
        if (at == null) {
            return;
        }
        ChannelStore.of(database, reachable.person()).stream()
                .filter(Channel::confirmed)
                .forEach(channel -> NoticeStore.tell(database, ids.get(), event, topic, channel.id(), at, now));
    }
}
