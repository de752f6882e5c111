package dev.countersign.signal;

import dev.countersign.SignalSettings.Receiver;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.Seal;
import dev.countersign.outbound.Destination;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes a stream's configuration (SSF 1.0 §8.1.1). */
final class StreamConfiguration {
    /** Shortest time between two verifications. */
    static final Duration MIN_VERIFICATION = Duration.ofSeconds(10);

    /** Event types that one stream asks for. */
    static final int MAX_EVENTS = 100;

    /** Longest URL, event type or header, characters. */
    static final int MAX_TEXT = 2048;

    /** Longest description that is kept, characters. */
    static final int MAX_DESCRIPTION = 256;

    private final String issuer;
    private final Seal seal;

    StreamConfiguration(String issuer, Seal seal) {
        this.issuer = issuer;
        this.seal = seal;
    }

    /** A new stream as {@code body} asks for it; without {@code delivery} it is polled. */
    Target create(Fields body, Receiver receiver, String id) {
        return read(
                body,
                new Target(
                        id,
                        Target.Kind.POLL,
                        receiver.enforcementPoint(),
                        Target.Status.ENABLED,
                        null,
                        null,
                        null,
                        Set.of(),
                        null,
                        0,
                        0,
                        null,
                        Instant.EPOCH));
    }

    /** §8.1.1.3: what is missing stays. */
    Target update(Fields body, Target before, Receiver receiver) {
        requireTransmitterSupplied(body, before, receiver);
        return read(body, before);
    }

    /** §8.1.1.4: what is missing goes. */
    Target replace(Fields body, Target before, Receiver receiver) {
        requireTransmitterSupplied(body, before, receiver);
        return create(body, receiver, before.id());
    }

    private Target read(Fields body, Target before) {
        var delivery = body.optionalObject("delivery");
        var events = body.has("events_requested") ? events(body) : before.events();
        var description = body.has("description") ? description(body) : before.description();
        if (delivery == null) {
            return with(before, before.kind(), before.endpoint(), before.authorization(), events, description);
        }
        return switch (delivery.text("method")) {
            case Subscriber.POLL -> with(before, Target.Kind.POLL, null, null, events, description);
            case Subscriber.PUSH ->
                with(
                        before,
                        Target.Kind.PUSH,
                        endpoint(delivery),
                        authorization(delivery, before.id()),
                        events,
                        description);
            default ->
                throw Problem.invalid(delivery.at("method"), "Expected " + Subscriber.PUSH + " or " + Subscriber.POLL);
        };
    }

    private static Target with(
            Target before,
            Target.Kind kind,
            @Nullable URI endpoint,
            @Nullable String authorization,
            Set<String> events,
            @Nullable String description) {
        return new Target(
                before.id(),
                kind,
                before.owner(),
                before.status(),
                before.reason(),
                endpoint,
                authorization,
                events,
                description,
                before.pending(),
                before.attempts(),
                before.lastError(),
                before.verificationAt());
    }

    private static Set<String> events(Fields body) {
        var array = body.get("events_requested");
        var at = body.at("events_requested");
        if (array == null || !array.isArray() || array.size() > MAX_EVENTS) {
            throw Problem.invalid(at, "Expected an array of at most " + MAX_EVENTS + " event types");
        }
        var events = new LinkedHashSet<String>();
        for (var event : array) {
            if (!event.isString() || event.stringValue().length() > MAX_TEXT) {
                throw Problem.invalid(at, "Expected event types");
            }
            events.add(event.stringValue());
        }
        return events;
    }

    /** §8.1.1: "MAY truncate". */
    private static @Nullable String description(Fields body) {
        var text = body.optionalText("description");
        return text == null || text.length() <= MAX_DESCRIPTION ? text : text.substring(0, MAX_DESCRIPTION);
    }

    /** Whether it leads into our own network is seen when it is looked up, at each delivery. */
    private static URI endpoint(Fields delivery) {
        try {
            var uri = URI.create(delivery.text("endpoint_url", MAX_TEXT));
            Destination.named(uri);
            if (uri.getScheme().equals("https") || uri.getScheme().equals("http")) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below, as for another scheme
        }
        throw Problem.invalid(delivery.at("endpoint_url"), "Expected an absolute URL with https");
    }

    private @Nullable String authorization(Fields delivery, String stream) {
        var header = delivery.optionalText("authorization_header", MAX_TEXT);
        return header == null ? null : seal.seal(header.getBytes(StandardCharsets.UTF_8), Delivery.about(stream));
    }

    /** §8.1.1.3: what is ours may be sent along, but not changed. */
    private void requireTransmitterSupplied(Fields body, Target before, Receiver receiver) {
        var now = json(before, receiver);
        for (var name :
                new String[] {"iss", "aud", "events_supported", "events_delivered", "min_verification_interval"}) {
            var sent = body.get(name);
            if (sent != null && !same(sent, now.get(name))) {
                throw Problem.invalid(body.at(name), "Supplied by the transmitter; it cannot be changed");
            }
        }
    }

    private static boolean same(JsonNode sent, JsonNode have) {
        if (sent.isNumber() && have.isNumber()) {
            return sent.longValue() == have.longValue();
        }
        if (!sent.isArray() || !have.isArray()) {
            return sent.equals(have);
        }
        var one = new LinkedHashSet<String>();
        sent.forEach(text -> one.add(text.asString("")));
        var other = new LinkedHashSet<String>();
        have.forEach(text -> other.add(text.asString("")));
        return one.equals(other);
    }

    /** As the receiver sees it. The {@code authorization_header} is not told again. */
    ObjectNode json(Target stream, Receiver receiver) {
        var json = Json.MAPPER.createObjectNode();
        json.put("stream_id", stream.id()).put("iss", issuer).put("aud", receiver.audience());
        var supported = json.putArray("events_supported");
        EventType.SENT.stream().map(EventType::uri).sorted().forEach(supported::add);
        var requested = json.putArray("events_requested");
        stream.events().stream().sorted().forEach(requested::add);
        var delivered = json.putArray("events_delivered");
        EventType.SENT.stream()
                .filter(stream::wants)
                .map(EventType::uri)
                .sorted()
                .forEach(delivered::add);
        var delivery = json.putObject("delivery");
        if (stream.kind() == Target.Kind.PUSH) {
            delivery.put("method", Subscriber.PUSH).put("endpoint_url", String.valueOf(stream.endpoint()));
        } else {
            delivery.put("method", Subscriber.POLL).put("endpoint_url", issuer + "/signals/poll/" + stream.id());
        }
        json.put("min_verification_interval", MIN_VERIFICATION.toSeconds());
        if (stream.description() != null) {
            json.put("description", stream.description());
        }
        return json;
    }
}
