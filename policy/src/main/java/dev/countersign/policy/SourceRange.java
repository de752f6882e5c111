package dev.countersign.policy;

import static java.util.Objects.requireNonNull;

/**
 * Where something stands in a policy file.
 *
 * @param file as the policy set names it
 * @param line of its first character, from 1
 * @param column of its first character, from 1, in characters
 * @param text exactly as it stands there
 */
public record SourceRange(String file, int line, int column, String text) {
    public SourceRange {
        requireNonNull(file);
        requireNonNull(text);
    }

    /** {@code file:line:column}. */
    public String place() {
        return file + ":" + line + ":" + column;
    }
}
