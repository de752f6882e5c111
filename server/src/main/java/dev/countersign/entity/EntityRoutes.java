package dev.countersign.entity;

import dev.countersign.Settings.Right;
import dev.countersign.enforce.EnforcementPoint;
import dev.countersign.enforce.EnforcementPoints;
import dev.countersign.http.Answers;
import dev.countersign.http.Bodies;
import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.policy.EntityUid;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The stored entities over HTTP. Whoever calls needs the right {@code entities}. */
final class EntityRoutes {
    /** The media type of many entities: one JSON object on each line. */
    static final String NDJSON = "application/x-ndjson";

    /** Most entities that one {@code PATCH} puts. */
    static final int MAX_PUT = 10_000;

    /** Most entities on a page. */
    static final int MAX_PAGE = 1_000;

    private static final int PAGE = 100;

    private final EnforcementPoints enforcementPoints;
    private final LiveGraph graph;
    private final GraphStore store;
    private final EntityChanges changes;
    private final Replacement replacement;

    EntityRoutes(
            EnforcementPoints enforcementPoints,
            LiveGraph graph,
            GraphStore store,
            EntityChanges changes,
            Replacement replacement) {
        this.enforcementPoints = enforcementPoints;
        this.graph = graph;
        this.store = store;
        this.changes = changes;
        this.replacement = replacement;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/entities", this::list)
                .put("/entities", this::replace)
                .patch("/entities", this::putMany)
                .get("/entities/{type}/{+id}", this::get)
                .put("/entities/{type}/{+id}", this::put)
                .delete("/entities/{type}/{+id}", this::delete);
    }

    private EnforcementPoint authorized(ServerRequest request) {
        var point = enforcementPoints.authenticate(request);
        if (!point.may(Right.ENTITIES)) {
            throw Problem.forbidden("The stored entities are not yours to see or change");
        }
        return point;
    }

    private void replace(ServerRequest request, ServerResponse response) {
        var by = authorized(request);
        var source = source(request);
        requireNdjson(request);
        var body =
                request.content().hasEntity() ? request.content().inputStream() : new ByteArrayInputStream(new byte[0]);
        var loaded = replacement.replace(by, source, body);
        var answer = state(loaded.graph());
        answer.put("loaded", loaded.entities()).put("sha256", loaded.sha256());
        Answers.json(response, 200, answer);
    }

    private void putMany(ServerRequest request, ServerResponse response) {
        var by = authorized(request);
        var source = source(request);
        requireNdjson(request);
        var lines = new NdjsonLines(new ByteArrayInputStream(Bodies.bytes(request)), Bodies.MAX_BODY_TIME);
        var numbers = new LinkedHashMap<EntityUid, Integer>();
        var documents = new LinkedHashMap<EntityUid, EntityDocument>();
        for (var line = lines.next(); line != null; line = lines.next()) {
            var json = line;
            var document = Replacement.atLine(lines.number(), () -> EntityDocument.read(Json.read(json)));
            if (documents.size() == MAX_PUT) {
                throw new Problem(413, "too-large", "More than " + MAX_PUT + " entities").with("line", lines.number());
            }
            if (documents.put(document.uid(), document) != null) {
                throw Problem.invalid("/uid", "An earlier line has this entity").with("line", lines.number());
            }
            numbers.put(document.uid(), lines.number());
        }
        var next = documents.isEmpty()
                ? graph.current()
                : changes.put(by, source, documents, (uid, problem) -> problem.with("line", numbers.get(uid)));
        Answers.json(response, 200, state(next).put("put", documents.size()));
    }

    private void put(ServerRequest request, ServerResponse response) {
        var by = authorized(request);
        var uid = uid(request);
        var document = EntityDocument.read(Bodies.json(request), uid);
        var next = changes.put(by, source(request), Map.of(uid, document), (named, problem) -> problem);
        Answers.json(response, 200, state(next));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        var by = authorized(request);
        Answers.json(response, 200, state(changes.delete(by, uid(request))));
    }

    private void get(ServerRequest request, ServerResponse response) {
        authorized(request);
        var uid = uid(request);
        for (var source : graph.current().sources().values()) {
            var body = store.body(source.generation(), uid);
            if (body.isPresent()) {
                Answers.json(response, 200, written(uid, body.get()));
                return;
            }
        }
        throw Problem.notFound("There is no such entity");
    }

    private void list(ServerRequest request, ServerResponse response) {
        authorized(request);
        var query = request.query();
        var limit = limit(query.first("limit").asOptional());
        var source = source(request);
        var all = graph.current().sources();
        var generations = all.entrySet().stream()
                .filter(each -> source.isEmpty() || source.get().value().equals(each.getKey()))
                .map(each -> each.getValue().generation())
                .toList();
        var after = query.first("after").asOptional().map(PageMark::read).orElse(null);
        var rows = store.page(generations, query.first("type").asOptional().orElse(null), after, limit);
        var answer = state(graph.current());
        var entities = answer.putArray("page");
        rows.forEach(row -> entities.add(written(row.uid(), row.body())));
        if (rows.size() == limit) {
            answer.put("next", PageMark.write(rows.getLast().uid()));
        }
        Answers.json(response, 200, answer);
    }

    private static int limit(Optional<String> parameter) {
        try {
            var limit = parameter.map(Integer::parseInt).orElse(PAGE);
            if (limit >= 1 && limit <= MAX_PAGE) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // told below, as for a number out of range
        }
        throw new Problem(400, "invalid-request", "limit is a number from 1 to " + MAX_PAGE).with("parameter", "limit");
    }

    private static ObjectNode written(EntityUid uid, @Nullable String body) {
        var json = Json.MAPPER.createObjectNode();
        json.putObject("uid").put("type", uid.type()).put("id", uid.id());
        var stored = Json.MAPPER.readTree(body == null ? "{}" : body);
        json.set("attrs", stored.has("attrs") ? stored.get("attrs") : Json.MAPPER.createObjectNode());
        json.set("parents", stored.has("parents") ? stored.get("parents") : Json.MAPPER.createArrayNode());
        if (stored.has("tags")) {
            json.set("tags", stored.get("tags"));
        }
        return json;
    }

    private static ObjectNode state(Graph graph) {
        var json = Json.MAPPER.createObjectNode();
        json.put("version", graph.version()).put("entities", graph.size());
        var sources = json.putObject("sources");
        graph.sources().forEach((name, entities) -> sources.put(name, entities.size()));
        return json;
    }

    private static EntityUid uid(ServerRequest request) {
        var path = request.path().pathParameters();
        var uid = new EntityUid(path.get("type"), path.get("id"));
        EntityDocument.requireName(uid, "/uid");
        return uid;
    }

    private static Optional<SourceName> source(ServerRequest request) {
        return SourceName.of(request.query().first("source").asOptional());
    }

    private static void requireNdjson(ServerRequest request) {
        var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!List.of(NDJSON, "application/jsonl").contains(type.split(";", 2)[0].strip())) {
            throw new Problem(415, "unsupported-media-type", "Send Content-Type: " + NDJSON);
        }
    }
}
