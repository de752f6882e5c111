package dev.countersign.lab.bench;

import static java.util.Objects.requireNonNull;

import dev.countersign.http.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a benchmark found.
 *
 * @param goal in words, with its numbers
 * @param value the main number, in {@code unit}
 * @param ratio the main number against what it is measured by, in the same run
 * @param ok every part of the goal is met
 * @param details the other numbers, in order
 */
public record Result(
        String bench, String goal, double value, String unit, double ratio, boolean ok, Map<String, Object> details) {
    public Result {
        requireNonNull(bench);
        requireNonNull(goal);
        requireNonNull(unit);
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** One JSON object on one line. */
    String json() {
        var object = new LinkedHashMap<String, Object>();
        object.put("bench", bench);
        object.put("goal", goal);
        object.put("value", value);
        object.put("unit", unit);
        object.put("ratio", ratio);
        object.put("ok", ok);
        object.putAll(details);
        return Json.MAPPER.writeValueAsString(object);
    }

    /** Lines for people. */
    String table() {
        var text = new StringBuilder();
        text.append(String.format(
                "%s  %s: %,.3f %s, ratio %,.2f%n    goal: %s%n",
                ok ? "ok  " : "FAIL", bench, value, unit, ratio, goal));
        details.forEach((name, detail) -> text.append(String.format("    %-32s %s%n", name, detail)));
        return text.toString();
    }
}
