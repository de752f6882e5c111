package dev.countersign.notification;

import static java.util.Objects.requireNonNull;

import com.google.crypto.tink.apps.webpush.WebPushHybridEncrypt;
import dev.countersign.http.Json;
import dev.countersign.key.Sha256;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import dev.countersign.transaction.AccessRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;

/** Tells a browser through its push service (RFC 8030), encrypted for the browser alone (RFC 8291). */
final class PushDelivery implements Delivery {
    /** How long a push service keeps what it cannot deliver, at most. */
    static final Duration MOST_KEPT = Duration.ofHours(24);

    private static final int TOPIC_LENGTH = 32; // RFC 8030 section 5.4

    private final OutboundHttp http;
    private final Vapid vapid;
    private final URI issuer;
    private final InstantSource clock;

    PushDelivery(OutboundHttp http, Vapid vapid, URI issuer, InstantSource clock) {
        this.http = http;
        this.vapid = vapid;
        this.issuer = issuer;
        this.clock = clock;
    }

    @Override
    public void deliver(Notice notice, AccessRequest request, Channel channel) throws Undelivered {
        var wording = Wording.of(notice, request, issuer);
        var message = Json.MAPPER
                .createObjectNode()
                .put("title", wording.title())
                .put("text", wording.text())
                .put("link", "/approvals/" + request.id())
                .put("tag", request.id());
        var endpoint = URI.create(channel.address());
        var now = clock.instant();
        var left = Duration.between(now, request.expiresAt());
        var kept = !notice.isToApprove() || left.compareTo(MOST_KEPT) > 0 ? MOST_KEPT : left;
        try {
            var answer = http.post(
                    Destination.named(endpoint),
                    "application/octet-stream",
                    Map.of(
                            "Content-Encoding", "aes128gcm",
                            "TTL", String.valueOf(Math.max(0, kept.toSeconds())),
                            "Urgency", notice.isToApprove() ? "high" : "normal",
                            "Topic", topic(request),
                            "Authorization", vapid.authorization(endpoint, now)),
                    encrypted(channel, Json.MAPPER.writeValueAsBytes(message)));
            if (answer.status() / 100 != 2) {
                throw new Undelivered(
                        "The push service answered " + answer.status(),
                        answer.status() == 404 || answer.status() == 410); // RFC 8030 section 7.3
            }
        } catch (OutboundFailure e) {
            throw new Undelivered(e.text(), false);
        }
    }

    /** A newer message about the same request takes the place of one that was not delivered yet. */
    private static String topic(AccessRequest request) {
        return Sha256.base64url(request.id().getBytes(StandardCharsets.UTF_8)).substring(0, TOPIC_LENGTH);
    }

    private static byte[] encrypted(Channel channel, byte[] message) {
        try {
            return new WebPushHybridEncrypt.Builder()
                    .withAuthSecret(Base64.getUrlDecoder().decode(requireNonNull(channel.auth())))
                    .withRecipientPublicKey(Base64.getUrlDecoder().decode(requireNonNull(channel.publicKey())))
                    .build()
                    .encrypt(message, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A key that was good is not", e);
        }
    }
}
