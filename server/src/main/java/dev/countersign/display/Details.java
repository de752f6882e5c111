package dev.countersign.display;

import java.util.List;

/** Everything that a transaction's details say, for people. */
public record Details(List<Line> lines, List<Table> tables) {
    public Details {
        lines = List.copyOf(lines);
        tables = List.copyOf(tables);
    }
}
