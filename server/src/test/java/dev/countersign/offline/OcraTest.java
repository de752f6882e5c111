package dev.countersign.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6287 Appendix C, and typed codes. */
final class OcraTest {
    private static final String KEY = "1234567890".repeat(7);

    /** Suite, bytes of the key, counter, question, PIN, time steps, code. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OCRA-1:HOTP-SHA1-6:QN08 | 20 | 0 | 00000000 | -  | 0 | 237653",
                "OCRA-1:HOTP-SHA1-6:QN08 | 20 | 0 | 11111111 | -  | 0 | 243178",
                "OCRA-1:HOTP-SHA1-6:QN08 | 20 | 0 | 22222222 | -  | 0 | 653583",
                "OCRA-1:HOTP-SHA1-6:QN08 | 20 | 0 | 33333333 | -  | 0 | 740991",
                "OCRA-1:HOTP-SHA1-6:QN08 | 20 | 0 | 44444444 | -  | 0 | 608993",
                "OCRA-1:HOTP-SHA1-6:QN08 | 20 | 0 | 55555555 | -  | 0 | 388898",
                "OCRA-1:HOTP-SHA1-6:QN08 | 20 | 0 | 66666666 | -  | 0 | 816933",
                "OCRA-1:HOTP-SHA1-6:QN08 | 20 | 0 | 77777777 | -  | 0 | 224598",
                "OCRA-1:HOTP-SHA1-6:QN08 | 20 | 0 | 88888888 | -  | 0 | 750600",
                "OCRA-1:HOTP-SHA1-6:QN08 | 20 | 0 | 99999999 | -  | 0 | 294470",
                "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1 | 32 | 0 | 12345678 | 1234 | 0 | 65347737",
                "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1 | 32 | 1 | 12345678 | 1234 | 0 | 86775851",
                "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1 | 32 | 2 | 12345678 | 1234 | 0 | 78192410",
                "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1 | 32 | 3 | 12345678 | 1234 | 0 | 71565254",
                "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1 | 32 | 4 | 12345678 | 1234 | 0 | 10104329",
                "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1 | 32 | 5 | 12345678 | 1234 | 0 | 65983500",
                "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1 | 32 | 6 | 12345678 | 1234 | 0 | 70069104",
                "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1 | 32 | 7 | 12345678 | 1234 | 0 | 91771096",
                "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1 | 32 | 8 | 12345678 | 1234 | 0 | 75011558",
                "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1 | 32 | 9 | 12345678 | 1234 | 0 | 08522129",
                "OCRA-1:HOTP-SHA256-8:QN08-PSHA1 | 32 | 0 | 00000000 | 1234 | 0 | 83238735",
                "OCRA-1:HOTP-SHA256-8:QN08-PSHA1 | 32 | 0 | 11111111 | 1234 | 0 | 01501458",
                "OCRA-1:HOTP-SHA256-8:QN08-PSHA1 | 32 | 0 | 22222222 | 1234 | 0 | 17957585",
                "OCRA-1:HOTP-SHA256-8:QN08-PSHA1 | 32 | 0 | 33333333 | 1234 | 0 | 86776967",
                "OCRA-1:HOTP-SHA256-8:QN08-PSHA1 | 32 | 0 | 44444444 | 1234 | 0 | 86807031",
                "OCRA-1:HOTP-SHA512-8:C-QN08 | 64 | 0 | 00000000 | -  | 0 | 07016083",
                "OCRA-1:HOTP-SHA512-8:C-QN08 | 64 | 1 | 11111111 | -  | 0 | 63947962",
                "OCRA-1:HOTP-SHA512-8:C-QN08 | 64 | 2 | 22222222 | -  | 0 | 70123924",
                "OCRA-1:HOTP-SHA512-8:C-QN08 | 64 | 3 | 33333333 | -  | 0 | 25341727",
                "OCRA-1:HOTP-SHA512-8:C-QN08 | 64 | 4 | 44444444 | -  | 0 | 33203315",
                "OCRA-1:HOTP-SHA512-8:C-QN08 | 64 | 5 | 55555555 | -  | 0 | 34205738",
                "OCRA-1:HOTP-SHA512-8:C-QN08 | 64 | 6 | 66666666 | -  | 0 | 44343969",
                "OCRA-1:HOTP-SHA512-8:C-QN08 | 64 | 7 | 77777777 | -  | 0 | 51946085",
                "OCRA-1:HOTP-SHA512-8:C-QN08 | 64 | 8 | 88888888 | -  | 0 | 20403879",
                "OCRA-1:HOTP-SHA512-8:C-QN08 | 64 | 9 | 99999999 | -  | 0 | 31409299",
                "OCRA-1:HOTP-SHA512-8:QN08-T1M | 64 | 0 | 00000000 | -  | 20107446 | 95209754",
                "OCRA-1:HOTP-SHA512-8:QN08-T1M | 64 | 0 | 11111111 | -  | 20107446 | 55907591",
                "OCRA-1:HOTP-SHA512-8:QN08-T1M | 64 | 0 | 22222222 | -  | 20107446 | 22048402",
                "OCRA-1:HOTP-SHA512-8:QN08-T1M | 64 | 0 | 33333333 | -  | 20107446 | 24218844",
                "OCRA-1:HOTP-SHA512-8:QN08-T1M | 64 | 0 | 44444444 | -  | 20107446 | 36209546",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | CLI22220SRV11110 | -  | 0 | 28247970",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | CLI22221SRV11111 | -  | 0 | 01984843",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | CLI22222SRV11112 | -  | 0 | 65387857",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | CLI22223SRV11113 | -  | 0 | 03351211",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | CLI22224SRV11114 | -  | 0 | 83412541",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | SRV11110CLI22220 | -  | 0 | 15510767",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | SRV11111CLI22221 | -  | 0 | 90175646",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | SRV11112CLI22222 | -  | 0 | 33777207",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | SRV11113CLI22223 | -  | 0 | 95285278",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | SRV11114CLI22224 | -  | 0 | 28934924",
                "OCRA-1:HOTP-SHA512-8:QA08 | 64 | 0 | CLI22220SRV11110 | -  | 0 | 79496648",
                "OCRA-1:HOTP-SHA512-8:QA08 | 64 | 0 | CLI22221SRV11111 | -  | 0 | 76831980",
                "OCRA-1:HOTP-SHA512-8:QA08 | 64 | 0 | CLI22222SRV11112 | -  | 0 | 12250499",
                "OCRA-1:HOTP-SHA512-8:QA08 | 64 | 0 | CLI22223SRV11113 | -  | 0 | 90856481",
                "OCRA-1:HOTP-SHA512-8:QA08 | 64 | 0 | CLI22224SRV11114 | -  | 0 | 12761449",
                "OCRA-1:HOTP-SHA512-8:QA08-PSHA1 | 64 | 0 | SRV11110CLI22220 | 1234 | 0 | 18806276",
                "OCRA-1:HOTP-SHA512-8:QA08-PSHA1 | 64 | 0 | SRV11111CLI22221 | 1234 | 0 | 70020315",
                "OCRA-1:HOTP-SHA512-8:QA08-PSHA1 | 64 | 0 | SRV11112CLI22222 | 1234 | 0 | 01600026",
                "OCRA-1:HOTP-SHA512-8:QA08-PSHA1 | 64 | 0 | SRV11113CLI22223 | 1234 | 0 | 18951020",
                "OCRA-1:HOTP-SHA512-8:QA08-PSHA1 | 64 | 0 | SRV11114CLI22224 | 1234 | 0 | 32528969",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | SIG10000 | -  | 0 | 53095496",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | SIG11000 | -  | 0 | 04110475",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | SIG12000 | -  | 0 | 31331128",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | SIG13000 | -  | 0 | 76028668",
                "OCRA-1:HOTP-SHA256-8:QA08 | 32 | 0 | SIG14000 | -  | 0 | 46554205",
                "OCRA-1:HOTP-SHA512-8:QA10-T1M | 64 | 0 | SIG1000000 | -  | 20107446 | 77537423",
                "OCRA-1:HOTP-SHA512-8:QA10-T1M | 64 | 0 | SIG1100000 | -  | 20107446 | 31970405",
                "OCRA-1:HOTP-SHA512-8:QA10-T1M | 64 | 0 | SIG1200000 | -  | 20107446 | 10235557",
                "OCRA-1:HOTP-SHA512-8:QA10-T1M | 64 | 0 | SIG1300000 | -  | 20107446 | 95213541",
                "OCRA-1:HOTP-SHA512-8:QA10-T1M | 64 | 0 | SIG1400000 | -  | 20107446 | 65360607",
            })
    void theVectorsOfTheStandardHold(
            String suite, int bytes, long counter, String question, String pin, long time, String code) {
        var key = KEY.substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
        // The combined questions of mutual codes are as long as both together (RFC 6287 §7.2).
        var parsed = OcraSuite.parse(suite);
        var wide = new OcraSuite(
                parsed.text(),
                parsed.mac(),
                parsed.digits(),
                parsed.counter(),
                parsed.question(),
                64,
                parsed.pinDigest(),
                parsed.sessionBytes(),
                parsed.timeStep());
        assertThat(Ocra.code(wide, key, new Ocra.Input(counter, question, pin, new byte[0], time)))
                .isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "OCRA-1",
                "OCRA-2:HOTP-SHA1-6:QN08",
                "OCRA-1:HOTP-SHA384-6:QN08",
                "OCRA-1:HOTP-SHA1-0:QN08",
                "OCRA-1:HOTP-SHA1-11:QN08",
                "OCRA-1:HOTP-SHA1-6:QN03",
                "OCRA-1:HOTP-SHA1-6:QN65",
                "OCRA-1:HOTP-SHA1-6:QX08",
                "OCRA-1:HOTP-SHA1-6:QN08-PMD5",
                "OCRA-1:HOTP-SHA1-6:QN08-S513",
                "OCRA-1:HOTP-SHA1-6:QN08-T60M",
                "OCRA-1:HOTP-SHA1-6:QN08-T49H",
                "OCRA-1:HOTP-SHA1-6:QN08 ",
            })
    void whatIsNoSuiteIsRefused(String suite) {
        assertThatThrownBy(() -> OcraSuite.parse(suite)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void aTypedCodeReadsBackAndAMistypedOneDoesNot(@ForAll @Size(min = 1, max = 96) byte[] bytes) {
        var text = Crockford.write(bytes);
        assertThat(Crockford.read(text, bytes.length)).isEqualTo(bytes);
        assertThat(Crockford.read(text.toLowerCase(java.util.Locale.ROOT).replace("-", " "), bytes.length))
                .isEqualTo(bytes);
        var first = text.charAt(text.length() > 6 ? 3 : 0);
        var mistyped = text.replaceFirst(String.valueOf(first), first == 'Z' ? "Y" : "Z");
        if (!mistyped.equals(text)) {
            assertThatThrownBy(() -> Crockford.read(mistyped, bytes.length))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
