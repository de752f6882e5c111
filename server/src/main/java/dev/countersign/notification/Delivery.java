package dev.countersign.notification;

import dev.countersign.transaction.AccessRequest;

/** One way of telling. */
interface Delivery {
    /** Tells; throws {@link Undelivered}. Bounded in time. */
    void deliver(Notice notice, AccessRequest request, Channel channel) throws Undelivered;

    /** It did not arrive. */
    final class Undelivered extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean gone;

        /** @param gone nobody is there any more, and nobody will be */
        Undelivered(String reason, boolean gone) {
            super(reason);
            this.gone = gone;
        }

        boolean isGone() {
            return gone;
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
