package dev.countersign.notification;

import dev.countersign.http.Json;
import dev.countersign.jose.BodyToken;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.transaction.AccessRequest;
import java.net.URI;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;

/** Tells a webhook of the settings, signed over exactly what it says. */
final class WebhookDelivery {
    static final String TYP = "notification+jwt";

    private final OutboundHttp http;
    private final BodyToken tokens;
    private final URI issuer;
    private final InstantSource clock;

    WebhookDelivery(OutboundHttp http, BodyToken tokens, URI issuer, InstantSource clock) {
        this.http = http;
        this.tokens = tokens;
        this.issuer = issuer;
        this.clock = clock;
    }

    void deliver(Notice notice, AccessRequest request) throws Delivery.Undelivered {
        var body = Json.MAPPER.createObjectNode();
        body.put("id", notice.id())
                .put("event", "access_request." + notice.kind())
                .put("at", notice.at().toString());
        body.putObject("request")
                .put("id", request.id())
                .put("type", request.type())
                .put("requester", request.person().id())
                .put("enforcement_point", request.enforcementPoint())
                .put("state", request.state().name().toLowerCase(Locale.ROOT))
                .put("expires_at", request.expiresAt().toString())
                .put("link", issuer + "/approvals/" + request.id());
        var bytes = Json.MAPPER.writeValueAsBytes(body);
        var token = tokens.sign(notice.target(), request.id(), bytes, clock.instant());
        try {
            var answer = http.post(
                    Destination.configured(URI.create(notice.target())),
                    "application/json",
                    Map.of("Authorization", "Bearer " + token),
                    bytes);
            if (answer.status() / 100 != 2) {
                throw new Delivery.Undelivered("answered " + answer.status(), false);
            }
        } catch (OutboundFailure e) {
            throw new Delivery.Undelivered(e.text(), false);
        }
    }
}
