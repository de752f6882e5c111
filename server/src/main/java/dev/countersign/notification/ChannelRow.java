package dev.countersign.notification;

/** A channel as the page shows it. */
public record ChannelRow(String id, String kind, String address, boolean confirmed) {}
