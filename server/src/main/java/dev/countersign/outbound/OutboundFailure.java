package dev.countersign.outbound;

/** Nothing could be fetched or sent. The message is one sentence, without any part of what was sent or answered. */
public final class OutboundFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutboundFailure(String message) {
        super(message, null, false, false);
    }

    /** The sentence. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
