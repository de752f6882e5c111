package dev.countersign.evidence;

import dev.countersign.http.Answers;
import dev.countersign.http.Problem;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The log over HTTP: C2SP tlog-tiles (checkpoint, tiles) and proofs. Hashes and proofs are public; entries are not. */
final class EvidenceRoutes {
    private static final Pattern TILE =
            Pattern.compile("/evidence/tile/([0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\\.p/([0-9]{1,3}))?");

    private final EvidenceStore store;

    EvidenceRoutes(EvidenceStore store) {
        this.store = store;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/evidence/checkpoint", this::checkpoint)
                .get("/evidence/tile/*", this::tile)
                .get("/evidence/proof/inclusion", this::inclusion)
                .get("/evidence/proof/consistency", this::consistency);
    }

    private void checkpoint(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.send(latest().note().getBytes(StandardCharsets.UTF_8));
    }

    private void tile(ServerRequest request, ServerResponse response) {
        var place = TILE.matcher(request.path().path());
        if (!place.matches()) {
            throw Problem.notFound("No such tile");
        }
        var index = Long.parseLong(place.group(2).replaceAll("[x/]", ""));
        var hashes = store.tile(Integer.parseInt(place.group(1)), index);
        var width = place.group(3) == null ? Tiles.WIDTH : Integer.parseInt(place.group(3));
        if (hashes == null || width == 0 || width > Tiles.WIDTH || hashes.length < width * Merkle.HASH_BYTES) {
            throw Problem.notFound("No such tile");
        }
        var out = new ByteArrayOutputStream();
        out.write(hashes, 0, width * Merkle.HASH_BYTES);
        response.header(HeaderNames.CONTENT_TYPE, "application/octet-stream");
        response.send(out.toByteArray());
    }

    private void inclusion(ServerRequest request, ServerResponse response) {
        var size = size(request, "size");
        var index = number(request, "index");
        if (index >= size) {
            throw Problem.invalid("/index", "Must be below the size of the tree");
        }
        Answers.json(
                response,
                200,
                Map.of("index", index, "size", size, "proof", base64(new Tiles(store).inclusion(index, size))));
    }

    private void consistency(ServerRequest request, ServerResponse response) {
        var to = size(request, "to");
        var from = number(request, "from");
        if (from > to) {
            throw Problem.invalid("/from", "Must not be above 'to'");
        }
        Answers.json(
                response, 200, Map.of("from", from, "to", to, "proof", base64(new Tiles(store).consistency(from, to))));
    }

    private long size(ServerRequest request, String name) {
        var size = number(request, name);
        if (size > latest().size()) {
            throw Problem.invalid("/" + name, "The tree is not that large yet");
        }
        return size;
    }

    private Checkpoint latest() {
        return store.latestCheckpoint().orElseThrow(() -> Problem.notFound("Nothing is recorded yet"));
    }

    private static long number(ServerRequest request, String name) {
        var text = request.query().first(name).orElse("");
        if (!text.matches("0|[1-9][0-9]{0,17}")) {
            throw Problem.invalid("/" + name, "Expected a whole number");
        }
        return Long.parseLong(text);
    }

    private static List<String> base64(List<byte[]> hashes) {
        return hashes.stream().map(Base64.getEncoder()::encodeToString).toList();
    }
}
