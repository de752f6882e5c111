package dev.countersign.dbsc;

import io.helidon.http.HeaderName;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;

/** Header fields whose value is one sf-string (RFC 9651 §3.3.3). Browsers also send the bare characters; both are read. */
final class StructuredString {
    private StructuredString() {}

    /**
     * The characters of header {@code name}; empty when it is missing, repeated, longer than {@code maxLength} characters, or
     * no string. Parameters are ignored, as the draft says.
     */
    static Optional<String> read(ServerRequest request, HeaderName name, int maxLength) {
        if (!request.headers().contains(name)) {
            return Optional.empty();
        }
        var values = request.headers().get(name).allValues();
        return values.size() == 1 ? read(values.getFirst(), maxLength) : Optional.empty();
    }

    static Optional<String> read(String header, int maxLength) {
        var value = header.strip();
        if (value.startsWith("\"")) {
            var end = value.indexOf('"', 1);
            if (end < 0 || (end + 1 < value.length() && value.charAt(end + 1) != ';')) {
                return Optional.empty();
            }
            value = value.substring(1, end);
        }
        return !value.isEmpty() && value.length() <= maxLength && value.chars().allMatch(StructuredString::isPlain)
                ? Optional.of(value)
                : Optional.empty();
    }

    /** Printable ASCII without what a string would escape or a list would separate: no value of ours holds those. */
    private static boolean isPlain(int c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != ',' && c != ';';
    }

    /** {@code value} as an sf-string; it holds nothing to escape. */
    static String write(String value) {
        return '"' + value + '"';
    }
}
