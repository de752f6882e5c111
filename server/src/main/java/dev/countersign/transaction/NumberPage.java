package dev.countersign.transaction;

import java.util.List;

/**
 * What the page of a request shows of numbers. Public for the template.
 *
 * @param offered to the reader, an approver: they may consent by the number that whoever asked tells them
 * @param told to the reader, who made the request: the number for each approver that waits for one
 */
public record NumberPage(boolean offered, List<Told> told) {
    /** The number to tell to one approver and nobody else. */
    public record Told(String approver, String number) {}
}
