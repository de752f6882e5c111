package dev.countersign.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of an attribute that may turn a comparison: those it is compared with, the nearest ones beside them, and sets
 * with a member more or less. All are then tried, so that a bad one costs nothing but the try.
 */
final class Candidates {
    /** Most values of one comparison that are combined with each other. */
    private static final int MAX_POOL = 100;

    /** Largest set that is varied. */
    private static final int MAX_SET = 1_000;

    private static final long DAY = 86_400_000;
    private static final List<Long> UNITS = List.of(1L, 1_000L, 60_000L, 3_600_000L);

    /** Addresses that belong to nobody (RFC 5737, RFC 3849), and this machine's own. */
    private static final List<IpValue> ADDRESSES = List.of(
            IpValue.parse("192.0.2.1"),
            IpValue.parse("198.51.100.1"),
            IpValue.parse("2001:db8::1"),
            IpValue.parse("127.0.0.1"));

    private final @Nullable Value now;
    private final List<Value> pool;
    private final Set<Value> found = new LinkedHashSet<>();

    private Candidates(@Nullable Value now, List<Value> pool) {
        this.now = now;
        this.pool = pool;
    }

    /**
     * Without the value that it has.
     *
     * @param now its value, or null when it is not there
     * @param compared everything that the comparison names or reads beside it
     */
    static Set<Value> of(@Nullable Value now, Collection<Value> compared) {
        var candidates = new Candidates(now, compared.stream().limit(MAX_POOL).toList());
        candidates.derive();
        if (now != null) {
            candidates.found.remove(now);
        }
        return candidates.found;
    }

    private void derive() {
        for (var other : pool) {
            beside(other);
            if (other instanceof SetValue set) {
                set.elements().stream().limit(MAX_POOL).forEach(this::beside);
            }
        }
        switch (now) {
            case null -> {
                if (pool.isEmpty()) {
                    found.add(Bool.TRUE);
                    found.add(Bool.FALSE);
                }
            }
            case Bool bool -> found.add(Bool.of(bool == Bool.FALSE));
            case LongValue number -> sums();
            case DatetimeValue time -> times(time);
            case DurationValue duration -> units();
            case SetValue set -> sets(set);
            case IpValue ip -> found.addAll(ADDRESSES);
            default -> {}
        }
    }

    /** A value of the right type, and its neighbours. */
    private void beside(Value other) {
        if (now != null && !now.typeName().equals(other.typeName())) {
            return;
        }
        switch (other) {
            case IpValue ip -> found.add(ip.first());
            case LongValue number -> stepped(number.value(), 1, LongValue::new);
            case DecimalValue decimal ->
                stepped(decimal.tenThousandths(), step(decimal.tenThousandths()), DecimalValue::new);
            case DatetimeValue time -> stepped(time.epochMillis(), 1_000, DatetimeValue::new);
            case DurationValue duration -> stepped(duration.millis(), 1_000, DurationValue::new);
            default -> found.add(other);
        }
    }

    /** Money has cents: the nearest amount is a cent away, unless finer amounts are in play. */
    private long step(long tenThousandths) {
        var fine = tenThousandths % 100 != 0 || (now instanceof DecimalValue own && own.tenThousandths() % 100 != 0);
        return fine ? 1 : 100;
    }

    private void stepped(long value, long step, java.util.function.LongFunction<Value> of) {
        found.add(of.apply(value));
        if (value > Long.MIN_VALUE + step && value < Long.MAX_VALUE - step) {
            found.add(of.apply(value - step));
            found.add(of.apply(value + step));
        }
    }

    /** For {@code context.n + 5 > 10}. Overflow makes a candidate that does not help. */
    private void sums() {
        for (var a : pool) {
            for (var b : pool) {
                if (a instanceof LongValue left && b instanceof LongValue right) {
                    stepped(left.value() - right.value(), 1, LongValue::new);
                    stepped(left.value() + right.value(), 1, LongValue::new);
                }
            }
        }
    }

    /** For {@code context.now.toTime() < duration("18h")}, {@code toHours() < 18}, and offsets from another time. */
    private void times(DatetimeValue time) {
        var starts = new ArrayList<Long>();
        starts.add(time.epochMillis() - Math.floorMod(time.epochMillis(), DAY));
        pool.forEach(other -> {
            if (other instanceof DatetimeValue start) {
                starts.add(start.epochMillis());
            }
        });
        for (var other : pool) {
            var lengths = switch (other) {
                case DurationValue duration -> List.of(duration.millis());
                case LongValue number
                when Math.abs(number.value()) < 100_000 ->
                    UNITS.stream().map(unit -> unit * number.value()).toList();
                default -> List.<Long>of();
            };
            for (var length : lengths) {
                for (var start : starts) {
                    stepped(start + length, 1_000, DatetimeValue::new);
                    stepped(start - length, 1_000, DatetimeValue::new);
                }
            }
        }
    }

    /** For {@code context.idle.toMinutes() < 5}. */
    private void units() {
        for (var other : pool) {
            if (other instanceof LongValue number && Math.abs(number.value()) < 100_000) {
                UNITS.forEach(unit -> stepped(unit * number.value(), unit, DurationValue::new));
            }
        }
    }

    private void sets(SetValue set) {
        if (set.elements().size() > MAX_SET) {
            return;
        }
        for (var other : pool) {
            if (other instanceof SetValue many) {
                found.add(with(set, many.elements()));
                found.add(without(set, many.elements()));
                many.elements().stream().limit(MAX_POOL).forEach(one -> found.add(with(set, Set.of(one))));
            } else {
                found.add(with(set, Set.of(other)));
                found.add(without(set, Set.of(other)));
            }
        }
        found.add(SetValue.of());
    }

    private static SetValue with(SetValue set, Collection<Value> more) {
        var all = new LinkedHashSet<>(set.elements());
        all.addAll(more);
        return SetValue.of(all);
    }

    private static SetValue without(SetValue set, Collection<Value> less) {
        var rest = new LinkedHashSet<>(set.elements());
        rest.removeAll(less);
        return SetValue.of(rest);
    }
}
