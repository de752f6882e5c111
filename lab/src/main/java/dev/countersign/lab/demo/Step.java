package dev.countersign.lab.demo;

/**
 * One step of the story.
 *
 * @param evidence index of the log entry that shows it, or -1
 */
public record Step(String step, String expected, String got, boolean ok, long evidence) {}
