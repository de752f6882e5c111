package dev.countersign.signal;

import dev.countersign.SignalSettings.Delivery;
import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import dev.countersign.outbound.Answer;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.signal.SubscriptionStore.Subscription;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Creates our stream at one transmitter, once, and has it verified (SSF 1.0 §8.1.1.1, §8.1.4). */
final class Subscriber {
    static final String PUSH = "urn:ietf:rfc:8935";
    static final String POLL = "urn:ietf:rfc:8936";

    /** A verification that did not come after this long is asked for again. */
    static final Duration VERIFICATION_WAIT = Duration.ofMinutes(2);

    private final URI issuer;
    private final Transmitter transmitter;
    private final Peers.Peer peer;
    private final TransmitterAccess access;
    private final OutboundHttp http;
    private final SubscriptionStore store;
    private final Journal journal;
    private final InstantSource clock;
    private final RandomIds ids;

    Subscriber(
            URI issuer,
            Transmitter transmitter,
            Peers.Peer peer,
            TransmitterAccess access,
            OutboundHttp http,
            SubscriptionStore store,
            Journal journal,
            InstantSource clock,
            RandomIds ids) {
        this.issuer = issuer;
        this.transmitter = transmitter;
        this.peer = peer;
        this.access = access;
        this.http = http;
        this.store = store;
        this.journal = journal;
        this.clock = clock;
        this.ids = ids;
    }

    /** Where to poll; null for a stream that is pushed. Throws {@link OutboundFailure}, {@link PeerFailure} or Problem: try again later. */
    @Nullable
    Destination ensure() {
        if (!transmitter.manage()) {
            var given = transmitter.pollEndpoint();
            return given == null ? null : Destination.configured(given);
        }
        var have = store.find(transmitter.id());
        if (have.isEmpty()) {
            journal.commit((handle, evidence) -> {
                SubscriptionStore.prepare(handle, transmitter.id());
                return true;
            });
        }
        var stream = have.map(Subscription::stream).orElse(null);
        if (stream == null || !isStillThere(stream)) {
            create();
        }
        var now = store.find(transmitter.id()).orElseThrow();
        if (!now.isVerified() && now.askedAt().plus(VERIFICATION_WAIT).isBefore(clock.instant())) {
            verify(String.valueOf(now.stream()));
        }
        var endpoint = now.endpoint();
        return endpoint == null ? null : endpoint().naming(endpoint);
    }

    private boolean isStillThere(String stream) {
        var uri = URI.create(endpoint().uri() + "?stream_id=" + URLEncoder.encode(stream, StandardCharsets.UTF_8));
        var reply = http.get(endpoint().naming(uri), access.headers());
        requireAuthorized(reply);
        return reply.status() != 404;
    }

    private void create() {
        var body = Json.MAPPER.createObjectNode();
        var requested = body.putArray("events_requested");
        EventType.requested().stream().sorted().forEach(requested::add);
        body.put("description", "Countersign " + issuer);
        delivery(body.putObject("delivery"));
        var reply = http.post(
                endpoint(),
                "application/json",
                access.headers(),
                Json.MAPPER.writeValueAsBytes(body),
                OutboundHttp.TIMEOUT);
        requireAuthorized(reply);
        var stream = reply.status() == 409 ? existing() : read(reply);
        remember(stream);
    }

    private void delivery(ObjectNode delivery) {
        if (transmitter.delivery() == Delivery.POLL) {
            delivery.put("method", POLL);
            return;
        }
        delivery.put("method", PUSH).put("endpoint_url", issuer + "/signals/push/" + transmitter.id());
        if (transmitter.authorization() != null) {
            delivery.put("authorization_header", transmitter.authorization());
        }
    }

    /** A transmitter with one stream per receiver (409): the one that is there, when it delivers as we want. */
    private JsonNode existing() {
        var wanted = transmitter.delivery() == Delivery.POLL ? POLL : PUSH;
        for (var stream : read(http.get(endpoint(), access.headers()))) {
            if (stream.path("delivery").path("method").asString("").equals(wanted)) {
                return stream;
            }
        }
        throw new PeerFailure("The transmitter has a stream of ours that delivers otherwise");
    }

    private void remember(JsonNode stream) {
        var id = stream.path("stream_id").asString("");
        if (id.isEmpty()
                || !stream.path("iss").asString("").equals(transmitter.issuer().toString())) {
            throw new PeerFailure("The stream has no id or another issuer");
        }
        if (!hasAudience(stream.path("aud"))) {
            throw new PeerFailure("The stream has another audience");
        }
        var poll = stream.path("delivery").path("endpoint_url").asString("");
        journal.commit((handle, evidence) -> {
            SubscriptionStore.created(
                    handle, transmitter.id(), id, transmitter.delivery() == Delivery.POLL ? URI.create(poll) : null);
            evidence.record(Entry.of("signal.subscribed", transmitter.id()).with("stream", id));
            return id;
        });
    }

    private boolean hasAudience(JsonNode aud) {
        if (aud.isString()) {
            return aud.stringValue().equals(transmitter.audience());
        }
        for (var one : aud) {
            if (one.asString("").equals(transmitter.audience())) {
                return true;
            }
        }
        return false;
    }

    private void verify(String stream) {
        var endpoint = peer.configuration().verificationEndpoint();
        if (endpoint == null) {
            return;
        }
        var state = ids.next("");
        journal.commit((handle, evidence) -> {
            SubscriptionStore.asked(handle, transmitter.id(), state, clock.instant());
            return true;
        });
        var body = Json.MAPPER.createObjectNode().put("stream_id", stream).put("state", state);
        requireAuthorized(http.post(
                endpoint,
                "application/json",
                access.headers(),
                Json.MAPPER.writeValueAsBytes(body),
                OutboundHttp.TIMEOUT));
    }

    private Destination endpoint() {
        var endpoint = peer.configuration().configurationEndpoint();
        if (endpoint == null) {
            throw new PeerFailure("The transmitter has no configuration endpoint");
        }
        return endpoint;
    }

    private void requireAuthorized(Answer reply) {
        if (reply.status() == 401) {
            access.forget();
        }
        if (reply.status() != 404 && reply.status() != 409 && !isSuccess(reply)) {
            throw new PeerFailure("The transmitter answered with status " + reply.status());
        }
    }

    private static boolean isSuccess(Answer reply) {
        return reply.status() >= 200 && reply.status() < 300;
    }

    private static JsonNode read(Answer reply) {
        if (!isSuccess(reply)) {
            throw new PeerFailure("The transmitter answered with status " + reply.status());
        }
        try {
            return Json.read(reply.body());
        } catch (Problem e) {
            throw new PeerFailure("The transmitter's answer is no JSON");
        }
    }

    /** For logs: never a header. */
    @Override
    public String toString() {
        return "Subscriber[" + transmitter.id() + ']';
    }
}
