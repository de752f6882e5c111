package dev.countersign.signal;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.Seal;
import dev.countersign.outbound.Answer;
import dev.countersign.outbound.Destination;
import dev.countersign.outbound.OutboundFailure;
import dev.countersign.outbound.OutboundHttp;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Sends what waits for one target, in order, until nothing waits or something fails. */
final class Delivery {
    /** Read at once. */
    static final int BATCH = 50;

    /** A node that sends keeps the others away for so long; longer than one sending takes. */
    static final Duration LEASE = Duration.ofSeconds(30);

    /** What a logout token may be old: two minutes at most (Back-Channel Logout 1.0 §2.4). */
    static final Duration LOGOUT_LIFE = Duration.ofMinutes(2);

    private final OutboxStore outbox;
    private final Journal journal;
    private final SignalTokens tokens;
    private final OutboundHttp http;
    private final Seal seal;
    private final InstantSource clock;
    private final String node;

    Delivery(
            OutboxStore outbox,
            Journal journal,
            SignalTokens tokens,
            OutboundHttp http,
            Seal seal,
            InstantSource clock,
            String node) {
        this.outbox = outbox;
        this.journal = journal;
        this.tokens = tokens;
        this.http = http;
        this.seal = seal;
        this.clock = clock;
        this.node = node;
    }

    /** Throws Problem 503 when the database is away. */
    void drain(Target target) {
        while (lease(target)) {
            var waiting = outbox.first(target.id(), BATCH);
            if (waiting.isEmpty()) {
                return;
            }
            for (var one : waiting) {
                if (!send(target, one)) {
                    return;
                }
            }
        }
    }

    private boolean lease(Target target) {
        var now = clock.instant();
        return journal.commit((handle, evidence) -> TargetStore.find(handle, target.id())
                        .filter(found -> found.status() == Target.Status.ENABLED)
                        .isPresent()
                && TargetStore.lease(handle, target.id(), node, now, now.plus(LEASE)));
    }

    /** False when it has to be tried again. */
    private boolean send(Target target, OutboxStore.Waiting one) {
        Answer answer;
        try {
            answer = target.kind() == Target.Kind.LOGOUT ? logout(target, one) : push(target, one);
        } catch (OutboundFailure e) {
            return failed(target, e.text());
        }
        if (isTaken(target, answer)) {
            return done(target, one, Entry.of("signal.sent", target.id()).with("jti", one.jti()));
        }
        if (answer.status() == 400) { // RFC 8935 §2.4: this token is not wanted, and will not be later
            return done(
                    target,
                    one,
                    Entry.of("signal.undeliverable", target.id())
                            .with("jti", one.jti())
                            .with("err", error(answer)));
        }
        return failed(target, "status " + answer.status());
    }

    /** RFC 8935 §2.2: 202 and nothing else. Back-Channel Logout 1.0 §2.8: 200, and 204 of some frameworks. */
    private static boolean isTaken(Target target, Answer answer) {
        return target.kind() == Target.Kind.LOGOUT
                ? answer.status() == 200 || answer.status() == 204
                : answer.status() == 202;
    }

    private Answer push(Target target, OutboxStore.Waiting one) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Accept", "application/json");
        var sealed = target.authorization();
        if (sealed != null) {
            seal.open(sealed, about(target.id()))
                    .ifPresent(value -> headers.put("Authorization", new String(value, StandardCharsets.UTF_8)));
        }
        return http.post(
                Destination.named(endpoint(target)),
                "application/secevent+jwt",
                headers,
                tokens.sign(SignalTokens.SET, one.claims()).getBytes(StandardCharsets.US_ASCII));
    }

    /** What an {@code Authorization} is sealed about: that of one stream opens for no other. */
    static byte[] about(String stream) {
        return ("stream " + stream).getBytes(StandardCharsets.UTF_8);
    }

    private Answer logout(Target target, OutboxStore.Waiting one) {
        var claims = (ObjectNode) Json.MAPPER.readTree(one.claims());
        var now = clock.instant();
        claims.put("iat", now.getEpochSecond()).put("exp", now.plus(LOGOUT_LIFE).getEpochSecond());
        var token = tokens.sign(SignalTokens.LOGOUT, Json.MAPPER.writeValueAsString(claims));
        var form = "logout_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
        return http.post(
                Destination.configured(endpoint(target)),
                "application/x-www-form-urlencoded",
                Map.of(),
                form.getBytes(StandardCharsets.US_ASCII));
    }

    private static URI endpoint(Target target) {
        var endpoint = target.endpoint();
        if (endpoint == null) {
            throw new IllegalStateException("Nothing is pushed to " + target.id());
        }
        return endpoint;
    }

    private boolean done(Target target, OutboxStore.Waiting one, Entry entry) {
        journal.commit((handle, evidence) -> {
            OutboxStore.remove(handle, target.id(), List.of(one.jti()));
            TargetStore.succeeded(handle, target.id());
            evidence.record(entry.with("receiver", target.owner()));
            return true;
        });
        return true;
    }

    /** The next attempt waits longer; so does everything behind it: the order stays. */
    private boolean failed(Target target, String error) {
        journal.commit((handle, evidence) -> {
            var attempts =
                    TargetStore.find(handle, target.id()).map(Target::attempts).orElse(0);
            TargetStore.failed(handle, target.id(), error, clock.instant().plus(Reception.PAUSES.after(attempts + 1)));
            if (attempts == 0) {
                evidence.record(Entry.of("signal.delayed", target.id())
                        .with("receiver", target.owner())
                        .with("reason", error));
            }
            return true;
        });
        return false;
    }

    private static String error(Answer answer) {
        try {
            var err = Json.read(answer.body()).path("err").asString("");
            return err.matches("[a-z_]{1,64}") ? err : "unknown";
        } catch (Problem e) {
            return "unknown";
        }
    }
}
