package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the parts of one policy stand: those of its head, and its conditions with their words.
 *
 * @param head principal, action and resource
 */
record PolicyLayout(List<SourceRange> head, List<Condition> conditions) {
    /**
     * A {@code when} or {@code unless}.
     *
     * @param tokens what is between its braces
     */
    record Condition(SourceRange source, List<SourceToken> tokens) {}

    /** Of a policy that has loaded. Throws {@link IllegalArgumentException} on what it does not understand. */
    static PolicyLayout of(PolicyText text) {
        return new Reading(text, SourceToken.scan(text.whole(), text.start(), text.end())).layout();
    }

    private static final class Reading {
        private final PolicyText text;
        private final List<SourceToken> tokens;
        private int at;

        Reading(PolicyText text, List<SourceToken> tokens) {
            this.text = text;
            this.tokens = tokens;
        }

        PolicyLayout layout() {
            while (token(at).is("@")) {
                at += token(at + 2).is("(") ? 5 : 2;
            }
            at++; // permit or forbid
            var head = head();
            var conditions = new ArrayList<Condition>();
            while (!token(at).is(";")) {
                at++; // when or unless
                var end = closing(at);
                conditions.add(condition(tokens.subList(at + 1, end), end));
                at = end + 1;
            }
            return new PolicyLayout(head, conditions);
        }

        private Condition condition(List<SourceToken> body, int end) {
            var source = body.isEmpty() ? range(at, end) : range(at + 1, end - 1);
            return new Condition(source, List.copyOf(body));
        }

        private List<SourceRange> head() {
            var end = closing(at);
            var parts = new ArrayList<SourceRange>();
            var first = at + 1;
            for (var next = first; next <= end; next++) {
                if (next == end || token(next).is(",")) {
                    if (next > first) {
                        parts.add(range(first, next - 1));
                    }
                    first = next + 1;
                } else if (token(next).is("[") || token(next).is("(")) {
                    next = closing(next);
                }
            }
            if (parts.size() != 3) {
                throw new IllegalArgumentException("a head of " + parts.size() + " parts");
            }
            at = end + 1;
            return parts;
        }

        private SourceRange range(int first, int last) {
            return text.range(token(first).start(), token(last).end());
        }

        /** The bracket that closes the one at {@code opening}. */
        private int closing(int opening) {
            var depth = 0;
            for (var next = opening; next < tokens.size(); next++) {
                var token = token(next);
                if (token.is("(") || token.is("[") || token.is("{")) {
                    depth++;
                } else if (token.is(")") || token.is("]") || token.is("}")) {
                    depth--;
                }
                if (depth == 0) {
                    return next;
                }
            }
            throw new IllegalArgumentException("a bracket is not closed");
        }

        private SourceToken token(int index) {
            if (index >= tokens.size()) {
                throw new IllegalArgumentException("an unfinished policy");
            }
            return tokens.get(index);
        }
    }
}
