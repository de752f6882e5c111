package dev.countersign.notification;

import java.time.Instant;

/**
 * Something to be told to one target.
 *
 * @param kind what happened, as {@link dev.countersign.transaction.RequestChange.Kind#word}
 * @param topic {@link #WAITS}, or the id of what happened
 * @param target id of a channel, or the address of a webhook
 * @param at when it happened
 * @param attempts that failed
 */
record Notice(String id, String request, String kind, String topic, String target, Instant at, int attempts) {
    /** That a request waits is told once, however often it is asked for again. */
    static final String WAITS = "waits";

    boolean isToApprove() {
        return topic.equals(WAITS);
    }

    boolean isForWebhook() {
        return target.indexOf(':') > 0;
    }
}
