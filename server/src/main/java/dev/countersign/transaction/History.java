package dev.countersign.transaction;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person had permitted lately, on every account of theirs, the transaction in question included. What failed or was not
 * executed after all does not count; what nobody knows the outcome of does.
 *
 * @param windows one for each of {@link Window}
 */
public record History(Map<Window, Past> windows) {
    public History {
        windows = new EnumMap<>(windows);
    }

    /** How far back, from now; the shortest first. */
    public enum Window {
        HOUR(Duration.ofHours(1)),
        DAY(Duration.ofDays(1)),
        WEEK(Duration.ofDays(7));

        private final Duration length;

        Window(Duration length) {
            this.length = length;
        }

        public Duration length() {
            return length;
        }
    }

    /** What happened in one window. */
    public Past in(Window window) {
        return requireNonNull(windows.get(window));
    }

    /**
     * What happened in one window.
     *
     * @param count of transactions of the same type
     * @param unapproved those of them that nobody else signed
     * @param money null when the type says of no amount
     */
    public record Past(
            long count, long unapproved, @Nullable Sums money) {}

    /**
     * Money of the same currency, whatever the type, in ten-thousandths; at most {@link Long#MAX_VALUE}.
     *
     * @param unapproved what of it nobody else signed
     */
    public record Sums(long amount, long unapproved) {}
}
