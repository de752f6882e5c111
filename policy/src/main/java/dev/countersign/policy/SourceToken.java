package dev.countersign.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A word, number, string or sign of a policy's text (Cedar reference, "Grammar").
 *
 * @param start offset of its first character in the whole file
 * @param end offset after its last
 */
record SourceToken(Kind kind, String text, int start, int end) {
    /** What it is. */
    enum Kind {
        WORD,
        NUMBER,
        STRING,
        SIGN
    }

    private static final Pattern WORD = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Pattern SIGN = Pattern.compile("::|==|!=|<=|>=|&&|\\|\\||[-+*!<>.,:;@(){}\\[\\]?=]");

    /** The tokens of {@code whole} between two offsets, without blanks and comments. Throws {@link IllegalArgumentException}. */
    static List<SourceToken> scan(String whole, int start, int end) {
        var tokens = new ArrayList<SourceToken>();
        var at = Lexis.skipBlank(whole, start);
        while (at < end) {
            var token = token(whole, at);
            tokens.add(token);
            at = Lexis.skipBlank(whole, token.end());
        }
        return tokens;
    }

    private static SourceToken token(String whole, int at) {
        var first = whole.charAt(at);
        if (first == '"') {
            return of(Kind.STRING, whole, at, Lexis.endOfString(whole, at));
        }
        var isDigit = first >= '0' && first <= '9';
        for (var kind : List.of(Kind.WORD, isDigit ? Kind.NUMBER : Kind.SIGN)) {
            var form = kind == Kind.WORD ? WORD : kind == Kind.NUMBER ? NUMBER : SIGN;
            var found = form.matcher(whole).region(at, whole.length());
            if (found.lookingAt()) {
                return of(kind, whole, at, found.end());
            }
        }
        throw new IllegalArgumentException("no token of a policy");
    }

    private static SourceToken of(Kind kind, String whole, int start, int end) {
        return new SourceToken(kind, whole.substring(start, end), start, end);
    }

    /** True for this word or sign. */
    boolean is(String other) {
        return kind != Kind.STRING && text.equals(other);
    }
}
