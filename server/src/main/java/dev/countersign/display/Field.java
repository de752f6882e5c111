package dev.countersign.display;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one member is shown.
 *
 * @param pointer into the details (RFC 6901); of a column, into its row
 * @param currency where a {@code MONEY} amount's currency stands in the details, else null
 * @param columns of a {@code TABLE}, else empty
 */
public record Field(
        String pointer, Text label, Format format, @Nullable String currency, boolean emphasis, List<Field> columns) {
    public Field {
        columns = List.copyOf(columns);
    }
}
