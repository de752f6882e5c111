package dev.countersign.signal;

import dev.countersign.SignalSettings.Access;
import dev.countersign.SignalSettings.Transmitter;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.outbound.Answer;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Authenticates us to one transmitter (SSF 1.0 §7.1.1; RFC 6749 §4.4). */
final class TransmitterAccess {
    /** A token is renewed this long before it ends. */
    static final Duration MARGIN = Duration.ofSeconds(30);

    /** How long a token of unknown lifetime is used. */
    static final Duration UNKNOWN_LIFETIME = Duration.ofMinutes(1);

    private static final String FORM = "application/x-www-form-urlencoded";

    private final @Nullable Access access;
    private final OutboundHttp http;
    private final InstantSource clock;
    private @Nullable String token; // guarded by this
    private Instant renewAt = Instant.MIN; // guarded by this

    TransmitterAccess(Transmitter transmitter, OutboundHttp http, InstantSource clock) {
        this.access = transmitter.access();
        this.http = http;
        this.clock = clock;
    }

    /** The headers of a request there. Throws {@link OutboundFailure}, {@link PeerFailure} when no token can be had. */
    Map<String, String> headers() {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Accept", "application/json");
        switch (access) {
            case null -> {}
            case Access.Token(var fixed) -> headers.put("Authorization", "Bearer " + fixed);
            case Access.Credentials credentials -> headers.put("Authorization", "Bearer " + token(credentials));
        }
        return headers;
    }

    /** The token was refused: the next request gets another. */
    synchronized void forget() {
        token = null;
    }

    private synchronized String token(Access.Credentials credentials) {
        var have = token;
        if (have != null && clock.instant().isBefore(renewAt)) {
            return have;
        }
        var body = "grant_type=client_credentials"
                + (credentials.scope() == null ? "" : "&scope=" + encode(credentials.scope()));
        var basic = Base64.getEncoder()
                .encodeToString((encode(credentials.clientId()) + ':' + encode(credentials.clientSecret()))
                        .getBytes(StandardCharsets.UTF_8));
        var reply = http.post(
                Destination.configured(credentials.tokenEndpoint()),
                FORM,
                Map.of("Accept", "application/json", "Authorization", "Basic " + basic),
                body.getBytes(StandardCharsets.UTF_8),
                OutboundHttp.TIMEOUT);
        return kept(reply);
    }

    private String kept(Answer reply) {
        try {
            var answer = reply.status() == 200 ? Json.read(reply.body()) : Json.MAPPER.createObjectNode();
            var issued = answer.path("access_token").asString("");
            if (issued.isEmpty()) {
                throw new PeerFailure("The authorization server gave no token");
            }
            var lifetime = answer.path("expires_in").isNumber()
                    ? Duration.ofSeconds(answer.path("expires_in").asLong(0))
                    : UNKNOWN_LIFETIME;
            token = issued;
            renewAt = clock.instant().plus(lifetime).minus(MARGIN);
            return issued;
        } catch (Problem e) {
            throw new PeerFailure("The authorization server's answer is no JSON");
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
