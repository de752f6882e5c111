package dev.countersign.offline;

import java.math.BigInteger;
import java.util.Locale;

/** Bytes as people type them: Crockford's Base 32 with its check symbol, in groups of five. I, L and O are read as 1, 1 and 0. */
public final class Crockford {
    /** Longest that is read, characters. */
    static final int MAX_LENGTH = 400;

    private static final String SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
    private static final BigInteger CHECK = BigInteger.valueOf(37);

    private Crockford() {}

    public static String write(byte[] bytes) {
        var value = new BigInteger(1, bytes);
        var digits = (bytes.length * 8 + 4) / 5;
        var text = new StringBuilder();
        for (var i = digits - 1; i >= 0; i--) {
            text.append(SYMBOLS.charAt(value.shiftRight(5 * i).intValue() & 31));
        }
        text.append(SYMBOLS.charAt(value.mod(CHECK).intValue()));
        return text.toString().replaceAll("(.{5})(?=.)", "$1-");
    }

    /** Throws {@link IllegalArgumentException} for what is no such text of {@code length} bytes, or mistyped. */
    public static byte[] read(String typed, int length) {
        if (typed.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("The code is too long");
        }
        var text = typed.replaceAll("[\\s-]", "")
                .toUpperCase(Locale.ROOT)
                .replace('O', '0')
                .replace('I', '1')
                .replace('L', '1');
        var digits = (length * 8 + 4) / 5;
        if (text.length() != digits + 1) {
            throw new IllegalArgumentException("The code has " + (digits + 1) + " characters besides dashes");
        }
        var value = BigInteger.ZERO;
        for (var i = 0; i < digits; i++) {
            var digit = SYMBOLS.indexOf(text.charAt(i));
            if (digit < 0 || digit > 31) {
                throw new IllegalArgumentException("The code has a character that is none of its own");
            }
            value = value.shiftLeft(5).or(BigInteger.valueOf(digit));
        }
        if (SYMBOLS.indexOf(text.charAt(digits)) != value.mod(CHECK).intValue() || value.bitLength() > length * 8) {
            throw new IllegalArgumentException("The code was mistyped");
        }
        var bytes = value.toByteArray();
        var out = new byte[length];
        var from = Math.max(0, bytes.length - length);
        System.arraycopy(bytes, from, out, length - (bytes.length - from), bytes.length - from);
        return out;
    }
}
