package dev.countersign.entity;

import dev.countersign.http.Problem;
import java.util.Optional;
import java.util.regex.Pattern;

/** The name of a source: who feeds its part of the graph. */
record SourceName(String value) {
    /** Of what is written without a name. */
    static final SourceName DEFAULT = new SourceName("default");

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /** The parameter {@code source}. Throws Problem 400 for what is no name. */
    static Optional<SourceName> of(Optional<String> parameter) {
        parameter.filter(name -> !FORM.matcher(name).matches()).ifPresent(name -> {
            throw new Problem(
                            400,
                            "invalid-request",
                            "A source has 1 to 64 lower-case letters, digits, dots, dashes and underscores")
                    .with("parameter", "source");
        });
        return parameter.map(SourceName::new);
    }

    @Override
    public String toString() {
        return value;
    }
}
