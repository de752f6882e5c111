package dev.countersign.offline;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Challenge-response codes (RFC 6287). Symmetric: who can verify a code can make one. */
final class Ocra {
    private static final int QUESTION_BYTES = 128;
    private static final long[] POWERS = {
        1L, 10L, 100L, 1_000L, 10_000L, 100_000L, 1_000_000L, 10_000_000L, 100_000_000L, 1_000_000_000L, 10_000_000_000L
    };

    private Ocra() {}

    /**
     * What is hashed besides key and suite; parts that the suite does not name are not looked at.
     *
     * @param counter 64 bits
     * @param question decimal digits, hexadecimal digits or ASCII, as the suite says
     * @param pin of the person
     * @param session information, right-justified
     * @param time in steps since 1970 (§6.3)
     */
    record Input(long counter, String question, String pin, byte[] session, long time) {
        static Input of(String question) {
            return new Input(0, question, "", new byte[0], 0);
        }
    }

    /** The code, with as many digits as the suite says. Throws {@link IllegalArgumentException} for a question that does not fit. */
    static String code(OcraSuite suite, byte[] key, Input input) {
        try {
            var mac = Mac.getInstance(suite.mac());
            mac.init(new SecretKeySpec(key, suite.mac()));
            return truncated(mac.doFinal(data(suite, input)), suite.digits());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no " + suite.mac(), e);
        }
    }

    /** {@code OCRASuite ‖ 00 ‖ C ‖ Q ‖ P ‖ S ‖ T} (§5.1). */
    private static byte[] data(OcraSuite suite, Input input) throws GeneralSecurityException {
        var data = new ByteArrayOutputStream();
        data.writeBytes(suite.text().getBytes(StandardCharsets.US_ASCII));
        data.write(0);
        if (suite.counter()) {
            data.writeBytes(ByteBuffer.allocate(8).putLong(input.counter()).array());
        }
        var question = question(suite, input.question());
        data.writeBytes(question);
        data.writeBytes(new byte[QUESTION_BYTES - question.length]);
        if (suite.pinDigest() != null) {
            data.writeBytes(MessageDigest.getInstance(suite.pinDigest())
                    .digest(input.pin().getBytes(StandardCharsets.UTF_8)));
        }
        if (suite.sessionBytes() > 0) {
            if (input.session().length > suite.sessionBytes()) {
                throw new IllegalArgumentException("The session information is too long for the suite");
            }
            data.writeBytes(new byte[suite.sessionBytes() - input.session().length]);
            data.writeBytes(input.session());
        }
        if (suite.timeStep() > 0) {
            data.writeBytes(ByteBuffer.allocate(8).putLong(input.time()).array());
        }
        return data.toByteArray();
    }

    private static byte[] question(OcraSuite suite, String question) {
        if (question.isEmpty() || question.length() > suite.questionLength()) {
            throw new IllegalArgumentException("The question does not fit the suite");
        }
        return switch (suite.question()) {
            case 'A' -> question.getBytes(StandardCharsets.US_ASCII);
            case 'H' -> hex(question);
            // §5.1: the number in hexadecimal; an odd digit stands in the upper half of the last byte.
            default -> hex(new BigInteger(question).toString(16));
        };
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : digits + "0");
    }

    /** RFC 4226 §5.3. */
    private static String truncated(byte[] hash, int digits) {
        var offset = hash[hash.length - 1] & 0xf;
        var binary = ByteBuffer.wrap(hash).getInt(offset) & 0x7fffffff;
        return String.format(Locale.ROOT, "%0" + digits + "d", binary % POWERS[digits]);
    }
}
