package dev.countersign.transaction;

/** A line of the page of answers that a device gave. Public for the template. */
public record OfflineAnswerRow(String request, String title, String said, boolean signed) {}
