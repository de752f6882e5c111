package dev.countersign.offline;

/**
 * A line of the page of offline keys. Public for the template.
 *
 * @param state {@code usable}, {@code waiting} or {@code revoked}
 */
public record OfflineKeyRow(String id, String label, String kind, String fingerprint, String since, String state) {}
