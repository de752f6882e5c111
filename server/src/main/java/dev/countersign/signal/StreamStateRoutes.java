package dev.countersign.signal;

import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;

/** Status, subjects and verification of receivers' streams (SSF 1.0 §8.1.2 to §8.1.4). */
final class StreamStateRoutes {
    /** Longest {@code state} or {@code reason}, characters. */
    static final int MAX_TEXT = 1024;

    private static final Set<String> STATUSES = Set.of("enabled", "paused", "disabled");

    private final Receivers receivers;
    private final Outbox outbox;
    private final Journal journal;
    private final InstantSource clock;
    private final Runnable wake;

    StreamStateRoutes(Receivers receivers, Outbox outbox, Journal journal, InstantSource clock, Runnable wake) {
        this.receivers = receivers;
        this.outbox = outbox;
        this.journal = journal;
        this.clock = clock;
        this.wake = wake;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/signals/status", this::status)
                .post("/signals/status", this::setStatus)
                .post("/signals/subjects:add", this::add)
                .post("/signals/subjects:remove", this::remove)
                .post("/signals/verify", this::verify);
    }

    private void status(ServerRequest request, ServerResponse response) {
        var receiver = receivers.authenticate(request);
        var id = request.query()
                .first("stream_id")
                .orElseThrow(() -> new Problem(400, "invalid-request", "stream_id is missing"));
        send(response, receivers.stream(receiver, id));
    }

    private static void send(ServerResponse response, Target stream) {
        var json = Json.MAPPER.createObjectNode();
        json.put("stream_id", stream.id()).put("status", stream.status().name().toLowerCase(Locale.ROOT));
        if (stream.reason() != null) {
            json.put("reason", stream.reason());
        }
        Answers.json(response, 200, json);
    }

    private void setStatus(ServerRequest request, ServerResponse response) {
        var receiver = receivers.authenticate(request);
        var body = Bodies.object(request);
        var stream = receivers.stream(receiver, body.text("stream_id"));
        var status = Target.Status.valueOf(body.oneOf("status", STATUSES).toUpperCase(Locale.ROOT));
        var reason = body.optionalText("reason", MAX_TEXT);
        journal.commit((handle, evidence) -> {
            TargetStore.status(handle, stream.id(), status, reason);
            evidence.record(Entry.of("signal.stream", stream.id())
                    .with("receiver", stream.owner())
                    .with("status", status.name().toLowerCase(Locale.ROOT)));
            return true;
        });
        wake.run();
        send(response, receivers.stream(receiver, stream.id()));
    }

    /** All subjects are on a stream; adding one is taking back its removal. */
    private void add(ServerRequest request, ServerResponse response) {
        var subject = subject(request);
        journal.commit((handle, evidence) -> {
            RemovedSubjects.restore(handle, subject.stream().id(), subject.key());
            evidence.record(subject.entry("added"));
            return true;
        });
        empty(response, 200);
    }

    private void remove(ServerRequest request, ServerResponse response) {
        var subject = subject(request);
        journal.commit((handle, evidence) -> {
            if (!RemovedSubjects.remove(handle, subject.stream().id(), subject.key())) {
                throw new Problem(
                        403,
                        "too-many-subjects",
                        "At most " + RemovedSubjects.MAX_REMOVED + " subjects can be taken off a stream");
            }
            evidence.record(subject.entry("removed"));
            return true;
        });
        empty(response, 204);
    }

    private Subject subject(ServerRequest request) {
        var receiver = receivers.authenticate(request);
        var body = Bodies.object(request);
        var stream = receivers.stream(receiver, body.text("stream_id"));
        return new Subject(stream, key(body));
    }

    private static String key(Fields body) {
        try {
            return RemovedSubjects.key(SubjectId.of(body.object("subject").node()))
                    .orElseThrow(() -> Problem.notFound("No subject is known by this format"));
        } catch (RefusedSet e) {
            throw Problem.invalid(body.at("subject"), e.description());
        }
    }

    private void verify(ServerRequest request, ServerResponse response) {
        var receiver = receivers.authenticate(request);
        var body = Bodies.object(request);
        var stream = receivers.stream(receiver, body.text("stream_id"));
        var state = body.optionalText("state", MAX_TEXT);
        var now = clock.instant();
        journal.commit((handle, evidence) -> {
            if (!TargetStore.verify(handle, stream.id(), now, now.minus(StreamConfiguration.MIN_VERIFICATION))) {
                throw new Problem(429, "too-many-requests", "The stream was verified just now")
                        .header("Retry-After", String.valueOf(StreamConfiguration.MIN_VERIFICATION.toSeconds()));
            }
            var event = Json.MAPPER.createObjectNode();
            if (state != null) {
                event.put("state", state);
            }
            outbox.onStream(handle, evidence, stream, EventType.VERIFICATION, event);
            return true;
        });
        wake.run();
        empty(response, 204);
    }

    private static void empty(ServerResponse response, int status) {
        response.status(status);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send();
    }

    private record Subject(Target stream, String key) {
        Entry entry(String what) {
            return Entry.of("signal.subject", stream.id())
                    .with("receiver", stream.owner())
                    .with("change", what);
        }
    }
}
