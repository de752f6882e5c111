package dev.countersign.lab.person;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code application/x-www-form-urlencoded}, as queries and bodies have it. */
final class Forms {
    private Forms() {}

    static String encode(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field ->
                        URLEncoder.encode(field.getKey(), UTF_8) + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    static Map<String, String> query(URI uri) {
        var fields = new LinkedHashMap<String, String>();
        var query = uri.getRawQuery();
        if (query != null) {
            for (var pair : query.split("&", -1)) {
                var at = pair.indexOf('=');
                var name = at < 0 ? pair : pair.substring(0, at);
                fields.put(
                        URLDecoder.decode(name, UTF_8), at < 0 ? "" : URLDecoder.decode(pair.substring(at + 1), UTF_8));
            }
        }
        return fields;
    }
}
