package dev.countersign.outbound;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What another server answered.
 *
 * @param status HTTP status; a redirection is an answer like any other and is not followed
 * @param headers first value of each, by lower-case name
 * @param body at most {@link OutboundHttp#MAX_BYTES}
 */
public record Answer(int status, Map<String, String> headers, byte[] body) {
    public Answer {
        headers = Map.copyOf(headers);
        requireNonNull(body);
    }

    /** The header's first value. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public String toString() {
        return "Answer[" + status + ']';
    }
}
