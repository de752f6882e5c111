package dev.countersign.signal;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /signals/poll/{stream}}: receivers fetch and acknowledge (RFC 8936 §2.4). */
final class PollRoutes {
    /** Tokens in one answer. */
    static final int MAX_EVENTS = 100;

    /** Acknowledgements and errors in one request. */
    static final int MAX_ACKS = 1_000;

    /** How long an answer is held back while nothing waits; shorter than connections may be silent. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(25);

    /** Polls that wait at once; more are answered at once. */
    static final int MAX_WAITING = 200;

    private static final Logger LOG = LoggerFactory.getLogger(PollRoutes.class);

    private final Receivers receivers;
    private final OutboxStore outbox;
    private final SignalTokens tokens;
    private final Journal journal;
    private final Dispatch dispatch;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    PollRoutes(Receivers receivers, OutboxStore outbox, SignalTokens tokens, Journal journal, Dispatch dispatch) {
        this.receivers = receivers;
        this.outbox = outbox;
        this.tokens = tokens;
        this.journal = journal;
        this.dispatch = dispatch;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/signals/poll/{stream}", this::poll);
    }

    private void poll(ServerRequest request, ServerResponse response) {
        var receiver = receivers.authenticate(request);
        var stream = receivers.stream(receiver, request.path().pathParameters().get("stream"));
        if (stream.kind() != Target.Kind.POLL) {
            throw Problem.notFound("No such stream");
        }
        var body = Bodies.object(request);
        acknowledge(stream, body);
        var max = body.has("maxEvents") ? Math.toIntExact(body.integer("maxEvents", 0, Integer.MAX_VALUE)) : MAX_EVENTS;
        var count = Math.min(max, MAX_EVENTS);
        if (count > 0 && !body.flag("returnImmediately", false)) {
            waitForNews(stream);
        }
        send(response, receivers.stream(receiver, stream.id()), count);
    }

    /** What was taken and what was refused is gone; a refusal is evidence. */
    private void acknowledge(Target stream, Fields body) {
        var taken = texts(body);
        var errors = body.optionalObject("setErrs");
        var refused =
                errors == null ? Set.<String>of() : Set.copyOf(errors.node().propertyNames());
        if (taken.isEmpty() && refused.isEmpty()) {
            return;
        }
        if (taken.size() + refused.size() > MAX_ACKS) {
            throw Problem.invalid(body.at("ack"), "More than " + MAX_ACKS + " in one request");
        }
        journal.commit((handle, evidence) -> {
            for (var jti : taken) {
                if (OutboxStore.remove(handle, stream.id(), Set.of(jti)) > 0) {
                    evidence.record(Entry.of("signal.sent", stream.id())
                            .with("jti", jti)
                            .with("receiver", stream.owner()));
                }
            }
            for (var jti : refused) {
                if (OutboxStore.remove(handle, stream.id(), Set.of(jti)) > 0) {
                    evidence.record(Entry.of("signal.undeliverable", stream.id())
                            .with("jti", jti)
                            .with("receiver", stream.owner()));
                }
            }
            return true;
        });
        if (!refused.isEmpty()) {
            LOG.warn("receiver {} refused {} tokens", stream.owner(), refused.size());
        }
    }

    private static Set<String> texts(Fields body) {
        var texts = new LinkedHashSet<String>();
        var array = body.get("ack");
        if (array == null) {
            return texts;
        }
        if (!array.isArray()) {
            throw Problem.invalid(body.at("ack"), "Expected an array");
        }
        for (var jti : array) {
            if (!jti.isString()) {
                throw Problem.invalid(body.at("ack"), "Expected an array of strings");
            }
            texts.add(jti.stringValue());
        }
        return texts;
    }

    private void waitForNews(Target stream) {
        if (!waiting.tryAcquire()) {
            return;
        }
        try {
            var end = System.nanoTime() + LONGEST_WAIT.toNanos();
            var seen = dispatch.count();
            while (outbox.pending(stream.id()).orElse(1) == 0 && System.nanoTime() < end && dispatch.await(seen)) {
                seen = dispatch.count();
            }
        } finally {
            waiting.release();
        }
    }

    private void send(ServerResponse response, Target stream, int count) {
        var answer = Json.MAPPER.createObjectNode();
        var sets = answer.putObject("sets");
        var first = stream.status() == Target.Status.ENABLED && count > 0
                ? outbox.first(stream.id(), count + 1)
                : List.<OutboxStore.Waiting>of();
        first.stream().limit(count).forEach(one -> sets.put(one.jti(), tokens.sign(SignalTokens.SET, one.claims())));
        if (first.size() > count) {
            answer.put("moreAvailable", true);
        }
        Answers.json(response, 200, answer);
    }
}
