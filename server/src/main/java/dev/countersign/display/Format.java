package dev.countersign.display;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Ways of showing a value. */
public enum Format {
    /** A decimal with its currency: grouped, and spelled out. */
    MONEY,
    TEXT,
    /** In groups of four (ISO 13616). */
    IBAN,
    /** Letter by letter. */
    MONO,
    /** A full date (RFC 3339 {@code full-date}). */
    DATE,
    /** A list of objects, one row each. */
    TABLE;

    static final Set<String> WORDS = Arrays.stream(values()).map(Format::word).collect(Collectors.toUnmodifiableSet());

    static Format of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
