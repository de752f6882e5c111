package dev.countersign.display;

import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.SpoofChecker;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Text that looks like other text (Unicode Technical Standard 39). A word of letters of several scripts has no honest reading
 * and is refused; a word that is whole in another script, or that looks like a plain one, is shown with a mark.
 */
final class LookAlikes {
    private static final Pattern WORDS = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");

    /** UTS 39 §5.2: one script, or the combinations that East Asian writing needs. */
    private static final SpoofChecker CHECKER = new SpoofChecker.Builder()
            .setChecks(SpoofChecker.RESTRICTION_LEVEL | SpoofChecker.CONFUSABLE)
            .setRestrictionLevel(SpoofChecker.RestrictionLevel.HIGHLY_RESTRICTIVE)
            .build();

    private LookAlikes() {}

    /** A word that mixes scripts, when there is one. */
    static Optional<String> mixedWord(String text) {
        return isPlain(text)
                ? Optional.empty()
                : words(text).stream()
                        .filter(word -> scripts(word).cardinality() > 1 && CHECKER.failsChecks(word))
                        .findFirst();
    }

    /** What a reader should know, a sentence each. */
    static List<String> marks(String text) {
        if (isPlain(text)) {
            return List.of();
        }
        var marks = new LinkedHashSet<String>();
        for (var word : words(text)) {
            if (isPlain(word)) {
                continue;
            }
            var skeleton = CHECKER.getSkeleton(word);
            if (isPlain(skeleton)) {
                marks.add("“" + word + "” looks like “" + skeleton + "” and is not");
            }
            scripts(word).stream()
                    .filter(script -> script != UScript.LATIN)
                    .forEach(script -> marks.add("Letters of " + UScript.getName(script)));
            if (word.codePoints().anyMatch(c -> Character.isDigit(c) && c > '9')) {
                marks.add("Digits of another script");
            }
        }
        return new ArrayList<>(marks);
    }

    private static List<String> words(String text) {
        return WORDS.matcher(text).results().map(found -> found.group()).toList();
    }

    private static BitSet scripts(String word) {
        var scripts = new BitSet();
        word.codePoints()
                .map(UScript::getScript)
                .filter(LookAlikes::isOfAScript)
                .forEach(scripts::set);
        return scripts;
    }

    private static boolean isOfAScript(int script) {
        return script != UScript.COMMON && script != UScript.INHERITED && script != UScript.UNKNOWN;
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
