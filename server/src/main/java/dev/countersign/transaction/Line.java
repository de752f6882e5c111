package dev.countersign.transaction;

/** One labelled value of a page. {@code style} is a CSS class, empty for plain text. */
public record Line(String label, String value, String style, boolean emphasis) {}
