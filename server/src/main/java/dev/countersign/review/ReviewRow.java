package dev.countersign.review;

/**
 * A line of the page of reviews. Public for the template.
 *
 * @param state {@code open}, {@code overdue}, {@code justified} or {@code not justified}
 * @param finding who closed it and what they wrote, or empty
 * @param mayClose true when the reader is a reviewer of it and not who acted
 */
public record ReviewRow(
        String id,
        String state,
        String who,
        String what,
        String policy,
        String evaluation,
        String receipt,
        String usedAt,
        String dueAt,
        String finding,
        boolean mayClose) {}
