package dev.countersign.policy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Of the changes that help, those that people want to read: permits before open requirements, the context before groups
 * before other attributes, another value before none; of numbers, times and sets only the nearest, of other values a few.
 */
final class BestChanges {
    /** Most changes of one explanation. */
    static final int MAX_CHANGES = 12;

    /** Most values of one attribute. */
    static final int MAX_VALUES = 3;

    private BestChanges() {}

    static List<Change> of(List<Change> found) {
        var byAttribute = new LinkedHashMap<String, List<Change>>();
        for (var change : found) {
            byAttribute
                    .computeIfAbsent(change.what(), what -> new ArrayList<>())
                    .add(change);
        }
        var best = new ArrayList<Change>();
        byAttribute.values().forEach(changes -> best.addAll(bestOf(changes)));
        best.sort(Comparator.comparing(Change::permits)
                .reversed()
                .thenComparing(Change::kind)
                .thenComparing(change -> change.to() == null));
        return best.stream().limit(MAX_CHANGES).toList();
    }

    /** Of one attribute. What permits at once makes the others idle; an example says what several values would. */
    private static List<Change> bestOf(List<Change> changes) {
        var permits = changes.stream().anyMatch(Change::permits);
        var useful =
                changes.stream().filter(change -> change.permits() == permits).toList();
        var examples = useful.stream().filter(Change::isExample).toList();
        if (!examples.isEmpty()) {
            return examples;
        }
        var least = useful.stream()
                .map(BestChanges::distance)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
        return useful.stream()
                .filter(change -> least == null || least.equals(distance(change)))
                .limit(MAX_VALUES)
                .toList();
    }

    /** How far a number or time moves, how many members a set gains and loses; null when that means nothing. */
    private static @Nullable BigInteger distance(Change change) {
        if (change.from() instanceof SetValue before && change.to() instanceof SetValue after) {
            return BigInteger.valueOf(outside(before, after) + outside(after, before));
        }
        var from = number(change.from());
        var to = number(change.to());
        return from == null || to == null ? null : from.subtract(to).abs();
    }

    private static long outside(SetValue some, SetValue others) {
        return some.elements().stream()
                .filter(element -> !others.elements().contains(element))
                .count();
    }

    private static @Nullable BigInteger number(@Nullable Value value) {
        return switch (value) {
            case LongValue number -> BigInteger.valueOf(number.value());
            case DecimalValue decimal -> BigInteger.valueOf(decimal.tenThousandths());
            case DatetimeValue time -> BigInteger.valueOf(time.epochMillis());
            case DurationValue duration -> BigInteger.valueOf(duration.millis());
            case null, default -> null;
        };
    }
}
