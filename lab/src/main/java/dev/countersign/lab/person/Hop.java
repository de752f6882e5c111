package dev.countersign.lab.person;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One request and its answer.
 *
 * @param headers of the answer, names in lower case, the first value of each
 */
public record Hop(String method, URI uri, int status, Map<String, String> headers, String body) {
    public Hop {
        headers = Map.copyOf(headers);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(java.util.Locale.ROOT)));
    }

    /** Where the answer sends the browser, when it is a redirect. */
    public Optional<URI> location() {
        return status >= 300 && status < 400 ? header("location").map(uri::resolve) : Optional.empty();
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    public JsonNode json() {
        return JsonMapper.shared().readTree(body);
    }

    /** This hop, when it succeeded; otherwise the loud end of the story. */
    Hop orFail(String doing) {
        if (!isSuccess()) {
            throw new UnexpectedAnswer(doing, this);
        }
        return this;
    }
}
