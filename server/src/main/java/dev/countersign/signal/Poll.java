package dev.countersign.signal;

import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Polls one transmitter (RFC 8936 §2.4): what was taken is acknowledged with the next poll, what was refused is reported.
 * After a restart the transmitter sends again what was not acknowledged, and taking it again does nothing.
 */
final class Poll {
    /** Tokens in one answer. */
    static final int MAX_EVENTS = 100;

    /** How long an answer may be awaited: a transmitter holds it back while there is nothing to send. */
    static final Duration LONG_POLL = Duration.ofSeconds(40);

    private final Transmitter transmitter;
    private final Intake intake;
    private final TransmitterAccess access;
    private final OutboundHttp http;
    private final Set<String> taken = new LinkedHashSet<>();
    private final Map<String, RefusedSet> refused = new LinkedHashMap<>();

    Poll(Transmitter transmitter, Intake intake, TransmitterAccess access, OutboundHttp http) {
        this.transmitter = transmitter;
        this.intake = intake;
        this.access = access;
        this.http = http;
    }

    /** One round. Throws {@link OutboundFailure}, {@link PeerFailure} or Problem: what was not acknowledged comes again. */
    void round(Destination endpoint) {
        var request = request();
        var reply = http.post(
                endpoint, "application/json", access.headers(), Json.MAPPER.writeValueAsBytes(request), LONG_POLL);
        if (reply.status() == 401) {
            access.forget();
        }
        if (reply.status() != 200) {
            throw new PeerFailure("The transmitter answered the poll with status " + reply.status());
        }
        taken.clear();
        refused.clear();
        take(sets(reply.body()));
    }

    /** Waits at the transmitter when there is nothing to acknowledge. */
    private JsonNode request() {
        var request = Json.MAPPER.createObjectNode();
        request.put("maxEvents", MAX_EVENTS);
        request.put("returnImmediately", !taken.isEmpty() || !refused.isEmpty());
        var ack = request.putArray("ack");
        taken.forEach(ack::add);
        if (!refused.isEmpty()) {
            var errors = request.putObject("setErrs");
            refused.forEach((jti, why) ->
                    errors.putObject(jti).put("err", why.code().err()).put("description", why.description()));
        }
        return request;
    }

    private static JsonNode sets(byte[] body) {
        try {
            var sets = Json.read(body).path("sets");
            if (sets.isObject() || sets.isMissingNode()) {
                return sets;
            }
        } catch (Problem e) {
            // told below, as for an answer without sets
        }
        throw new PeerFailure("The transmitter's answer to the poll cannot be read");
    }

    private void take(JsonNode sets) {
        for (var set : sets.properties()) {
            var jti = set.getKey();
            try {
                var own = intake.take(set.getValue().asString(""), transmitter);
                if (!own.equals(jti)) {
                    throw new RefusedSet(RefusedSet.Code.INVALID_REQUEST, "The token stands under another jti");
                }
                taken.add(jti);
            } catch (RefusedSet e) {
                refused.put(jti, e);
            }
        }
    }
}
