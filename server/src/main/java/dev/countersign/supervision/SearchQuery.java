package dev.countersign.supervision;

import dev.countersign.http.Json;
import dev.countersign.http.Problem;
import dev.countersign.session.SessionId;
import dev.countersign.session.SessionSearch.Criteria;
import dev.countersign.session.SessionSearch.Position;
import dev.countersign.session.SessionSearch.Standing;
import io.helidon.common.uri.UriQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for, as a query spells it: {@code principal}, {@code person}, {@code client}, {@code address}, {@code key},
 * {@code state}, {@code since} (a day or an RFC 3339 time, UTC) and {@code page}. Public for the template.
 *
 * @param values the criteria as they were given, without those left empty
 * @param after where the page begins, or null for the first
 */
public record SearchQuery(
        Map<String, String> values,
        Criteria criteria,
        @Nullable Position after) {
    /** Longest criterion, characters. */
    static final int MAX_VALUE = 255;

    /** In the order of the form. */
    static final Set<String> NAMES = Set.of("principal", "person", "client", "address", "key", "state", "since");

    private static final String PAGE = "page";

    /** Where a page begins, and nothing more: who may read it is decided anew for each page. */
    private static final Pattern TOKEN = Pattern.compile("([0-9]{1,15})\\.(se_[A-Za-z0-9_-]{22})");

    public SearchQuery {
        values = Map.copyOf(values);
    }

    /** Problem 400 for a parameter that is unknown, repeated, too long or malformed. */
    static SearchQuery of(UriQuery query) {
        var given = new LinkedHashMap<String, String>();
        for (var name : query.names()) {
            var all = query.all(name);
            if (all.size() != 1) {
                throw invalid(name, "Given more than once");
            }
            given.put(name, all.getFirst());
        }
        return of(given);
    }

    /** The same from a form, whose other fields must have been taken out. */
    static SearchQuery of(Map<String, String> given) {
        var values = new LinkedHashMap<String, String>();
        given.forEach((name, value) -> {
            if (!NAMES.contains(name) && !name.equals(PAGE)) {
                throw invalid(name, "There is no such parameter");
            }
            if (value.length() > MAX_VALUE || Json.hasControlCharacter(value)) {
                throw invalid(name, "Longer than " + MAX_VALUE + " characters, or with a control character");
            }
            if (!value.isBlank()) {
                values.put(name, value.strip());
            }
        });
        var page = values.remove(PAGE);
        return new SearchQuery(
                values,
                new Criteria(
                        values.get("principal"),
                        values.get("person"),
                        values.get("client"),
                        values.get("address"),
                        values.get("key"),
                        state(values.get("state")),
                        since(values.get("since"))),
                page == null ? null : position(page));
    }

    /** What was given for a criterion, or nothing. */
    public String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** The path of the page that begins at {@code position}, or of the first. */
    String path(String path, @Nullable Position position) {
        var query = new LinkedHashMap<String, String>(values);
        if (position != null) {
            query.put(PAGE, token(position));
        }
        return query.isEmpty()
                ? path
                : path + "?"
                        + query.entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(each -> each.getKey() + "="
                                        + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                                .collect(Collectors.joining("&"));
    }

    /** The path of the search for one criterion. */
    public static String link(String name, String value) {
        return "/console/sessions?" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    static String token(Position position) {
        return position.startedAt().toEpochMilli() + "." + position.id();
    }

    private static Position position(String token) {
        var parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            throw invalid(PAGE, "Not a page of this search");
        }
        return new Position(Instant.ofEpochMilli(Long.parseLong(parts.group(1))), new SessionId(parts.group(2)));
    }

    private static @Nullable Standing state(@Nullable String word) {
        if (word == null) {
            return null;
        }
        for (var standing : Standing.values()) {
            if (standing.name().toLowerCase(Locale.ROOT).equals(word)) {
                return standing;
            }
        }
        throw invalid("state", "Expected active, suspended, ended or expired");
    }

    private static @Nullable Instant since(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw invalid("since", "Expected a day such as 2026-11-24, or an RFC 3339 time in UTC");
        }
    }

    private static Problem invalid(String parameter, String detail) {
        return new Problem(400, "invalid-request", detail).with("parameter", parameter);
    }
}
