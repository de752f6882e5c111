package dev.countersign.session;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.key.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code authorization_details} (RFC 9396 §2): transactions, each an object of its {@code type} and the details of that type.
 * Two are the same when their canonical bytes (RFC 8785) are.
 */
public record AuthorizationDetails(List<Detail> all) {
    /** Most objects. */
    static final int MAX_DETAILS = 5;

    /** Most of all of them, bytes: they travel in every token. */
    static final int MAX_BYTES = 2_048;

    /** No details: no limit. */
    public static final AuthorizationDetails NONE = new AuthorizationDetails(List.of());

    public AuthorizationDetails {
        all = List.copyOf(all);
    }

    /** Reads the parameter. Throws Problem 400 naming the member by JSON Pointer. */
    public static AuthorizationDetails read(String json, DetailTypes types) {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw Problem.invalid("", "Longer than " + MAX_BYTES + " bytes");
        }
        var array = Json.read(bytes);
        if (!array.isArray() || array.isEmpty() || array.size() > MAX_DETAILS) {
            throw Problem.invalid("", "Expected an array of 1 to " + MAX_DETAILS + " objects");
        }
        var details = new ArrayList<Detail>();
        for (var i = 0; i < array.size(); i++) {
            details.add(detail(array.get(i), "/" + i, types));
        }
        return new AuthorizationDetails(details);
    }

    private static Detail detail(JsonNode node, String pointer, DetailTypes types) {
        if (!(node instanceof ObjectNode object)
                || !object.path("type").isString()
                || !types.names().contains(object.path("type").stringValue())) {
            throw Problem.invalid(pointer + "/type", "Expected one of the transaction types");
        }
        var type = object.path("type").stringValue();
        types.validate(type, object.deepCopy().without("type"), pointer);
        return Detail.of(object);
    }

    /** As stored and in tokens of ours, which were read before. */
    static AuthorizationDetails trusted(JsonNode array) {
        var details = new ArrayList<Detail>();
        array.forEach(node -> details.add(Detail.of((ObjectNode) node)));
        return details.isEmpty() ? NONE : new AuthorizationDetails(details);
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Each as JSON, in canonical order of members. */
    public List<JsonNode> json() {
        return all.stream().map(Detail::json).toList();
    }

    /** Whether a transaction of this type and these details is one of them. */
    public boolean include(String type, JsonNode details) {
        if (!(details instanceof ObjectNode object) || object.has("type")) {
            return false;
        }
        return all.contains(Detail.of(object.deepCopy().put("type", type)));
    }

    /** Whether each is one of {@code wider}. */
    public boolean isWithin(AuthorizationDetails wider) {
        return wider.isEmpty() || (!isEmpty() && wider.all.containsAll(all));
    }

    /** One of them. */
    public record Detail(String canonical) {
        static Detail of(ObjectNode object) {
            try {
                return new Detail(new JsonCanonicalizer(Json.MAPPER.writeValueAsBytes(object)).getEncodedString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Its SHA-256, 64 lower-case hex digits. */
        public String hash() {
            return Sha256.hex(canonical);
        }

        public JsonNode json() {
            return Json.MAPPER.readTree(canonical);
        }
    }
}
