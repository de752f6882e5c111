package dev.countersign.display;

import java.util.List;

/**
 * A list of a transaction, one row each.
 *
 * @param label what it lists
 * @param headings of the columns
 * @param rows as many cells as there are headings; a member that a row lacks is an empty cell
 */
public record Table(String label, List<String> headings, List<List<Line>> rows) {
    public Table {
        headings = List.copyOf(headings);
        rows = List.copyOf(rows);
    }
}
