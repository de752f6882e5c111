package dev.countersign.display;

import java.util.List;

/**
 * One labelled value of a page.
 *
 * @param style a CSS class, empty for plain text
 * @param notes what else a reader should know of the value: an amount in words
 * @param marks what could deceive a reader: letters of another script, look-alikes
 */
public record Line(String label, String value, String style, boolean emphasis, List<String> notes, List<String> marks) {
    public Line {
        notes = List.copyOf(notes);
        marks = List.copyOf(marks);
    }
}
