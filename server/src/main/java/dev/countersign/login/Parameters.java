package dev.countersign.login;

import dev.countersign.http.Json;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Query parameters. One that is repeated (RFC 6749 §3.1), too long, not percent-encoded or holding a control character is
 * spoilt: it has no value, and who reads it decides how to refuse it.
 */
final class Parameters {
    /** Longest value, characters. */
    static final int MAX_VALUE = 4096;

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> spoilt = new HashSet<>();

    private Parameters() {}

    static Parameters of(String rawQuery) {
        var parameters = new Parameters();
        for (var pair : rawQuery.isEmpty() ? new String[0] : rawQuery.split("&", -1)) {
            parameters.add(pair);
        }
        return parameters;
    }

    private void add(String pair) {
        var equals = pair.indexOf('=');
        var rawName = equals < 0 ? pair : pair.substring(0, equals);
        String name;
        try {
            name = decode(rawName);
        } catch (IllegalArgumentException e) {
            spoilt.add(rawName);
            return;
        }
        try {
            var value = decode(equals < 0 ? "" : pair.substring(equals + 1));
            if (values.put(name, value) != null
                    || value.length() > MAX_VALUE
                    || Json.hasControlCharacter(name)
                    || Json.hasControlCharacter(value)) {
                spoilt.add(name);
            }
        } catch (IllegalArgumentException e) {
            spoilt.add(name);
        }
    }

    private static String decode(String encoded) {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }

    /** The value; empty when missing, empty (RFC 6749 §3.1: as if omitted) or spoilt. */
    Optional<String> get(String name) {
        return spoilt.contains(name)
                ? Optional.empty()
                : Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /** True when any parameter is spoilt. */
    boolean anySpoilt() {
        return !spoilt.isEmpty();
    }

    /** Name and value as a query writes them. */
    static String pair(String name, String value) {
        return name + '=' + encode(value);
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** {@code uri} with one more query. */
    static String append(String uri, String query) {
        return uri + (uri.indexOf('?') < 0 ? '?' : '&') + query;
    }
}
