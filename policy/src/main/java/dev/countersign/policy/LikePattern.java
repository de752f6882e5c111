package dev.countersign.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pattern of {@code like}: literal pieces and wildcards. Linear in the text for each piece; no backtracking. */
final class LikePattern {
    private final String[] pieces;
    private final boolean anchoredStart;
    private final boolean anchoredEnd;
    private final boolean wildcards;

    /** {@code pattern} holds literals, and null for each wildcard. */
    LikePattern(List<@Nullable String> pattern) {
        var joined = new StringBuilder();
        var parts = new java.util.ArrayList<String>();
        var wildcard = false;
        for (var part : pattern) {
            if (part == null) {
                wildcard = true;
                if (!joined.isEmpty()) {
                    parts.add(joined.toString());
                    joined.setLength(0);
                }
            } else {
                joined.append(part);
            }
        }
        if (!joined.isEmpty()) {
            parts.add(joined.toString());
        }
        pieces = parts.toArray(String[]::new);
        anchoredStart = pattern.isEmpty() || pattern.getFirst() != null;
        anchoredEnd = pattern.isEmpty() || pattern.getLast() != null;
        this.wildcards = wildcard;
    }

    boolean matches(String text) {
        if (!wildcards) {
            return text.equals(pieces.length == 0 ? "" : pieces[0]);
        }
        var from = 0;
        var last = pieces.length - (anchoredEnd ? 1 : 0);
        for (var i = 0; i < last; i++) {
            if (i == 0 && anchoredStart) {
                if (!text.startsWith(pieces[0])) {
                    return false;
                }
                from = pieces[0].length();
            } else {
                var at = text.indexOf(pieces[i], from);
                if (at < 0) {
                    return false;
                }
                from = at + pieces[i].length();
            }
        }
        return !anchoredEnd
                || (text.length() - pieces[pieces.length - 1].length() >= from
                        && text.endsWith(pieces[pieces.length - 1]));
    }
}
