package dev.countersign.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Words that many packed entities share, each kept once: names of types, attributes and tags. */
final class PackedWords {
    /** Most words; a later one is written out where it stands. */
    static final int MAX_WORDS = 4_096;

    private final List<String> words = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /** From 1; 0 for a word that is not kept. */
    int number(String word) {
        var known = numbers.get(word);
        if (known != null) {
            return known;
        }
        if (words.size() == MAX_WORDS) {
            return 0;
        }
        words.add(word);
        numbers.put(word, words.size());
        return words.size();
    }

    /** The word, or null for 0. */
    @Nullable
    String word(int number) {
        return number == 0 ? null : words.get(number - 1);
    }
}
