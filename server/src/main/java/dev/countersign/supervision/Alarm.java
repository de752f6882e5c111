package dev.countersign.supervision;

/**
 * Somebody said "this was not me". Public for the template.
 *
 * @param index of the evidence entry
 * @param foreign the session that they did not know, or empty
 * @param authenticators that wait to be registered again since
 */
public record Alarm(long index, String at, String person, String foreign, int authenticators) {}
