package dev.countersign.policy;

/**
 * What is wrong in a policy set.
 *
 * @param line from 1; 0 when it concerns the whole file
 * @param column from 1; 0 when unknown
 * @param sourceLine the line itself, or empty
 * @param hint what to do, or empty
 */
public record PolicyFault(String file, int line, int column, String reason, String sourceLine, String hint) {
    @Override
    public String toString() {
        var text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
        }
        if (column > 0) {
            text.append(':').append(column);
        }
        text.append(": ").append(reason);
        if (!sourceLine.isEmpty()) {
            text.append("\n    ").append(sourceLine);
        }
        if (!hint.isEmpty()) {
            text.append("\n    hint: ").append(hint);
        }
        return text.toString();
    }
}
