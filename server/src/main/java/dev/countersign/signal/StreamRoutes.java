package dev.countersign.signal;

import dev.countersign.SignalSettings.Receiver;
import dev.countersign.evidence.Entry;
import dev.countersign.evidence.Journal;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Fields;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.RandomIds;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;

/** {@code /signals/streams}: receivers create, read, change and delete their streams (SSF 1.0 §8.1.1). */
final class StreamRoutes {
    /** Streams of one receiver. */
    static final int MAX_STREAMS = 10;

    private final Receivers receivers;
    private final StreamConfiguration configuration;
    private final TargetStore targets;
    private final Journal journal;
    private final InstantSource clock;
    private final RandomIds ids;

    StreamRoutes(
            Receivers receivers,
            StreamConfiguration configuration,
            TargetStore targets,
            Journal journal,
            InstantSource clock,
            RandomIds ids) {
        this.receivers = receivers;
        this.configuration = configuration;
        this.targets = targets;
        this.journal = journal;
        this.clock = clock;
        this.ids = ids;
    }

    void register(HttpRouting.Builder routing) {
        routing.post("/signals/streams", this::create)
                .get("/signals/streams", this::read)
                .patch("/signals/streams", this::update)
                .put("/signals/streams", this::replace)
                .delete("/signals/streams", this::delete);
    }

    private void create(ServerRequest request, ServerResponse response) {
        var receiver = receivers.authenticate(request);
        var stream = configuration.create(Bodies.object(request), receiver, ids.next("st_"));
        journal.commit((handle, evidence) -> {
            if (TargetStore.of(handle, receiver.enforcementPoint()).size() >= MAX_STREAMS) {
                throw Problem.conflict("too-many-streams", "A receiver has at most " + MAX_STREAMS + " streams");
            }
            TargetStore.insert(handle, stream, clock.instant());
            evidence.record(entry(stream, "created"));
            return true;
        });
        Answers.json(response, 201, configuration.json(stream, receiver));
    }

    private static Entry entry(Target stream, String what) {
        var entry = Entry.of("signal.stream", stream.id())
                .with("receiver", stream.owner())
                .with("change", what)
                .with("method", stream.kind().name())
                .with("events", stream.events().stream().sorted().toList());
        return stream.endpoint() == null
                ? entry
                : entry.with("endpoint", stream.endpoint().toString());
    }

    private void read(ServerRequest request, ServerResponse response) {
        var receiver = receivers.authenticate(request);
        var id = request.query().first("stream_id");
        if (id.isPresent()) {
            Answers.json(response, 200, configuration.json(receivers.stream(receiver, id.get()), receiver));
            return;
        }
        var all = Json.MAPPER.createArrayNode();
        targets.of(receiver.enforcementPoint()).forEach(stream -> all.add(configuration.json(stream, receiver)));
        Answers.json(response, 200, all);
    }

    private void update(ServerRequest request, ServerResponse response) {
        change(request, response, configuration::update);
    }

    private void replace(ServerRequest request, ServerResponse response) {
        change(request, response, configuration::replace);
    }

    private void change(ServerRequest request, ServerResponse response, Changing changing) {
        var receiver = receivers.authenticate(request);
        var body = Bodies.object(request);
        var before = receivers.stream(receiver, body.text("stream_id"));
        var after = changing.apply(body, before, receiver);
        journal.commit((handle, evidence) -> {
            TargetStore.update(handle, after);
            evidence.record(entry(after, "changed"));
            return true;
        });
        Answers.json(response, 200, configuration.json(after, receiver));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        var receiver = receivers.authenticate(request);
        var id = request.query()
                .first("stream_id")
                .orElseThrow(() -> new Problem(400, "invalid-request", "stream_id is missing"));
        var stream = receivers.stream(receiver, id);
        journal.commit((handle, evidence) -> {
            TargetStore.delete(handle, stream.id());
            evidence.record(entry(stream, "deleted").with("waited", stream.pending()));
            return true;
        });
        response.status(204);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send();
    }

    /** PATCH or PUT. */
    private interface Changing {
        Target apply(Fields body, Target before, Receiver receiver);
    }
}
