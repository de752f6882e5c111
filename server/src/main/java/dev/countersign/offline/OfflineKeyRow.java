package dev.countersign.offline;

/** A line of the page of offline keys. Public for the template. */
public record OfflineKeyRow(String id, String label, String kind, String fingerprint, String since, boolean usable) {}
