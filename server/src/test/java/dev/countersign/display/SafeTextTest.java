package dev.countersign.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.http.Problem;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafeTextTest {
    @Property
    void noFormatCharacterPasses(@ForAll @IntRange(max = 0x10FFFF) int c) {
        var type = Character.getType(c);
        if (type == Character.FORMAT || type == Character.PRIVATE_USE || type == Character.UNASSIGNED) {
            assertThatThrownBy(() -> SafeText.require("a" + Character.toString(c), "/x"))
                    .isInstanceOf(Problem.class);
        }
    }

    @Property
    void anyTextIsTakenOrRefusedByItsPointer(@ForAll String text) {
        try {
            SafeText.require(text, "/x");
        } catch (Problem refused) {
            assertThat(refused.extensions()).containsEntry("pointer", "/x");
            return;
        }
        assertThat(SafeText.marks(text)).doesNotContainNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ACME GmbH",
                "Dana Novák",
                "Ștefan Țepeș & Söhne, Łódź",
                "Nguyễn Thị Minh Khai",
                "株式会社カメラのキタムラ",
                "대한민국 만세",
                "أحمد للتجارة",
                "ООО Ромашка",
                "Ελληνικά Ταχυδρομεία",
                "ACME ГмбХ", // two words, each of one script
                "O'Brien–Smith (25 %) №7",
                "x  y", // marked
            })
    void namesOfTheWorldAreTaken(String text) {
        assertThatCode(() -> SafeText.require(text, "/x")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0410CME GmbH", // Cyrillic A before Latin letters
                "p\u0430ypal",
                "Go\u03BFgle", // Greek omicron
                " ACME",
                "ACME ",
                "ACME\u00A0GmbH",
                "ACME\u3000GmbH",
                "A\u2003B",
                "ACME\u2800\u2800GmbH", // Braille blanks
                "ACME                  GmbH", // 18 spaces
                "e\u0301t\u0301\u0302\u0303\u0304\u0305", // five marks
                "Mu\u0308ller", // not NFC
                "\u212Bngstrom", // not NFC: the sign for the letter
                "ACME\u202EHbmG",
                "AC\u200BME",
                "AC\u00ADME",
                "A\tB",
                "A\nB",
            })
    void textThatDeceivesIsRefused(String text) {
        assertThatThrownBy(() -> SafeText.require(text, "/payee/name"))
                .isInstanceOfSatisfying(
                        Problem.class,
                        refused -> assertThat(refused.extensions()).containsEntry("pointer", "/payee/name"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "аcme | refused",
                "асе     | looks like",
                "ООО Ромашка | Letters of Cyrillic",
                "株式会社   | Letters of Han",
                "a  b    | Several spaces in a row",
                "ɑcme    | looks like",
                "١٢٣     | Digits of another script",
            })
    void whatCouldDeceiveIsMarked(String text, String mark) {
        if (mark.equals("refused")) {
            assertThatThrownBy(() -> SafeText.require(text, "/x")).isInstanceOf(Problem.class);
        } else {
            SafeText.require(text, "/x");
            assertThat(String.join("; ", SafeText.marks(text))).contains(mark);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACME GmbH", "Müller", "Łódź", "Dana Novák", "250,000.00 EUR"})
    void plainNamesCarryNoMark(String text) {
        assertThat(SafeText.marks(text)).isEmpty();
    }
}
