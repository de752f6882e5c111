package dev.countersign.offline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an OCRA code is made of (RFC 6287 §6), such as {@code OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1}.
 *
 * @param text as written; part of what is hashed
 * @param mac JCA name of the MAC
 * @param digits of the code, 4 to 10; 0: no truncation, not supported here
 * @param counter whether a counter is hashed
 * @param question {@code A}, {@code N} or {@code H}
 * @param questionLength most characters of the question, 4 to 64
 * @param pinDigest JCA name of the digest of the PIN, or null
 * @param sessionBytes bytes of session information, 0 for none
 * @param timeStep seconds of a time step, 0 for none
 */
record OcraSuite(
        String text,
        String mac,
        int digits,
        boolean counter,
        char question,
        int questionLength,
        @Nullable String pinDigest,
        int sessionBytes,
        long timeStep) {
    private static final Pattern FORM = Pattern.compile("OCRA-1:HOTP-SHA(1|256|512)-(4|5|6|7|8|9|10):(C-)?"
            + "Q([ANH])(\\d\\d)(?:-PSHA(1|256|512))?(?:-S(\\d{3}))?(?:-T([1-9]\\d?)([SMH]))?");

    /** Longest session information, bytes. */
    static final int MAX_SESSION = 512;

    /** Throws {@link IllegalArgumentException} for what is no suite of RFC 6287 §6, or one without truncation. */
    static OcraSuite parse(String text) {
        var form = FORM.matcher(text);
        if (text.length() > 100 || !form.matches()) {
            throw new IllegalArgumentException("Not an OCRA suite (RFC 6287 §6)");
        }
        var length = Integer.parseInt(form.group(5));
        var session = form.group(7) == null ? 0 : Integer.parseInt(form.group(7));
        if (length < 4 || length > 64 || session > MAX_SESSION) {
            throw new IllegalArgumentException(
                    "An OCRA question has 4 to 64 characters, session information at most " + MAX_SESSION + " bytes");
        }
        return new OcraSuite(
                text,
                "HmacSHA" + form.group(1),
                Integer.parseInt(form.group(2)),
                form.group(3) != null,
                form.group(4).charAt(0),
                length,
                form.group(6) == null ? null : form.group(6).equals("1") ? "SHA-1" : "SHA-" + form.group(6),
                session,
                timeStep(form));
    }

    /** 1 to 59 seconds or minutes, 1 to 48 hours. */
    private static long timeStep(Matcher form) {
        if (form.group(8) == null) {
            return 0;
        }
        var count = Long.parseLong(form.group(8));
        var unit = form.group(9);
        if (count > (unit.equals("H") ? 48 : 59)) {
            throw new IllegalArgumentException("An OCRA time step has 1 to 59 seconds or minutes, or 1 to 48 hours");
        }
        return switch (unit) {
            case "S" -> count;
            case "M" -> count * 60;
            default -> count * 3600;
        };
    }
}
